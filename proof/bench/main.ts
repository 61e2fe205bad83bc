// `npm run bench`: the election's figures, measured.
import { availableParallelism, loadavg } from 'node:os';
import { bundle } from '../../infra/bundle.ts';
import { elector } from '../../infra/packages.ts';
import { withOptions, type OptionValues } from '../../base/options.ts';
import { runCommand } from '../../base/run-command.ts';
import { exitCode } from '../../base/user-error.ts';
import { BenchCluster } from './bench-cluster.ts';
import type { Figure } from '../figure.ts';
import { measures } from './figures.ts';
import { command, figuresToMeasure } from './options.ts';
import { table } from '../table.ts';

async function bench({ only, kubeconfig }: OptionValues<typeof command.options>): Promise<undefined> {
  await bundle(elector);
  const cluster = await BenchCluster.start(kubeconfig);
  const interrupted = () => void cluster.close().finally(() => process.exit(exitCode.failed));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  console.log(`Kubernetes ${cluster.api.version}, Node ${process.version}, ${availableParallelism()} cores`);
  const figures: Figure[] = [];
  try {
    for (const name of figuresToMeasure(only)) {
      console.error(`measures ${name}; the load is ${loadavg()[0]?.toFixed(1) ?? 'unknown'}`);
      figures.push(...(await measures[name](cluster)));
    }
  } finally {
    console.log(`\n${table(figures)}`);
    await cluster.close();
  }
}

await runCommand(withOptions(command, bench));
// Where a measurement failed, its candidates still run.
process.exit();
