// node --import tsx proof/fencing/main.ts
import { runCommand } from '../../base/run-command.ts';
import { experiment } from './experiment.ts';

await runCommand(async () => {
  for (const line of await experiment()) console.log(line);
});
