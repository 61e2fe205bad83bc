// `npm run handovers`: how the example hands over where it is deployed, measured.
import { loadavg } from 'node:os';
import { withOptions, type OptionValues } from '../../base/options.ts';
import { runCommand } from '../../base/run-command.ts';
import type { Figure } from '../figure.ts';
import { findDeployedExample } from '../observation/deployed-example.ts';
import { table } from '../table.ts';
import { DeployedLock } from './deployed-lock.ts';
import { ExampleDeployment } from './deployment.ts';
import { measureDeletions, measureRollouts } from './measures.ts';
import { command } from './options.ts';

async function measure(options: OptionValues<typeof command.options>): Promise<undefined> {
  const example = await findDeployedExample(options);
  const deployment = new ExampleDeployment(example);
  const lock = await DeployedLock.watch(example);
  const { namespace, replicas } = example;
  console.log(`context ${options.context}, namespace ${namespace}, ${replicas} pods`);
  console.log(`the load of this machine is ${loadavg()[0]?.toFixed(1) ?? 'unknown'}`);
  const figures: Figure[] = [];
  try {
    figures.push(...(await measureDeletions(lock, deployment, options.deletions)));
    figures.push(...(await measureRollouts(lock, deployment, options.rollouts)));
  } finally {
    console.log(table(figures));
    await lock.end();
  }
}

await runCommand(withOptions(command, measure));
