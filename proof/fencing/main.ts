import { experiment } from './experiment.ts';

// node --import tsx proof/fencing/main.ts
for (const line of await experiment()) console.log(line);
