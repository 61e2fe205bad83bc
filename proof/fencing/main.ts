// node --import tsx proof/fencing/main.ts
import { runCommand } from '../../base/run-command.ts';
import { fencingExperiment } from './experiment.ts';

await runCommand(async () => {
  for (const line of await fencingExperiment()) console.log(line);
});
