// `npm run bench`: the election's figures, measured.
import { availableParallelism, loadavg } from 'node:os';
import { bundle } from '../../infra/bundle.ts';
import { elector } from '../../infra/packages.ts';
import { UsageError } from '../../base/command-line.ts';
import { KubeconfigError } from './api-server.ts';
import { BenchCluster } from './bench-cluster.ts';
import type { Figure } from './figure.ts';
import { measures } from './figures.ts';
import { readOptions, usage, type BenchOptions } from './options.ts';
import { table } from './table.ts';

const exitCode = { ended: 0, failed: 1, usage: 2 } as const;

/** Returns the exit code. */
async function main(): Promise<number> {
  try {
    const options = readOptions(process.argv.slice(2));
    if (options === null) process.stdout.write(usage);
    else await bench(options);
    return exitCode.ended;
  } catch (error) {
    const isExpected = error instanceof UsageError || error instanceof KubeconfigError;
    console.error(isExpected ? error.message : error);
    return isExpected ? exitCode.usage : exitCode.failed;
  }
}

async function bench({ only, kubeconfig }: BenchOptions): Promise<void> {
  await bundle(elector);
  const cluster = await BenchCluster.start(kubeconfig);
  const interrupted = () => void cluster.close().finally(() => process.exit(exitCode.failed));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  console.log(`Kubernetes ${cluster.api.version}, Node ${process.version}, ${availableParallelism()} cores`);
  const figures: Figure[] = [];
  try {
    for (const name of only) {
      console.error(`measures ${name}; the load is ${loadavg()[0]?.toFixed(1) ?? 'unknown'}`);
      figures.push(...(await measures[name](cluster)));
    }
  } finally {
    console.log(`\n${table(figures)}`);
    await cluster.close();
  }
}

// Where a measurement failed, its candidates still run.
process.exit(await main());
