import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { projectFolder } from '../../../infra/bundle.ts';
import { median } from '../../statistics.ts';
import { megabytes, withoutProc, type Figure } from '../../figure.ts';
import { memoryOf } from '../process-usage.ts';

/** How much to measure. */
export interface LibraryScale {
  /** How many processes import the library. */
  readonly runs: number;
}

const probe = fileURLToPath(new URL('import-cost-probe.mjs', import.meta.url));
const library = new URL('../../../elector/dist/lib/index.mjs', import.meta.url).href;
const reach = { importMs: 50, privateDirtyMB: 4 };

/** What a program pays for the elector as a library, which is built first. */
export async function measureLibrary({ runs }: LibraryScale): Promise<Figure[]> {
  const notMeasured = withoutProc('the library');
  if (notMeasured !== null) return notMeasured;
  await promisify(execFile)('npm', ['run', 'build', '--workspace', 'elector'], { cwd: projectFolder });
  const { importMs, privateDirtyMB } = await measureImport(runs);
  return [
    {
      what: 'the library, time to import',
      measured: `median ${Math.round(importMs)} ms (${runs})`,
      target: `≤ ${reach.importMs} ms`,
      met: importMs <= reach.importMs,
    },
    {
      what: 'the library, private dirty on top of the app',
      measured: `median ${megabytes(privateDirtyMB)} (${runs})`,
      target: `≤ ${reach.privateDirtyMB} MB`,
      met: privateDirtyMB <= reach.privateDirtyMB,
    },
  ];
}

/** What a program pays for importing the library. */
interface ImportCost {
  /** Milliseconds that its `import` takes; the median of the runs. */
  readonly importMs: number;
  /** Private dirty memory on top of the same process without the import, in MB; the difference of the medians. */
  readonly privateDirtyMB: number;
}

interface Sample {
  readonly importMs: number;
  readonly privateDirty: number;
}

/**
 * Measures it in processes of their own, `runs` with the import and as many without, one after the other.
 * @throws Error where the library cannot be imported
 */
async function measureImport(runs: number): Promise<ImportCost> {
  const withImport: Sample[] = [];
  const without: Sample[] = [];
  while (withImport.length < runs) {
    withImport.push(await measureOnce([library]));
    without.push(await measureOnce([]));
  }
  const privateDirty = (samples: readonly Sample[]) => median(samples.map((sample) => sample.privateDirty));
  return {
    importMs: median(withImport.map(({ importMs }) => importMs)),
    privateDirtyMB: privateDirty(withImport) - privateDirty(without),
  };
}

async function measureOnce(modules: readonly string[]): Promise<Sample> {
  const child = fork(probe, modules, { execArgv: [], env: {} });
  const exited = once(child, 'exit');
  try {
    const told = await Promise.race([once(child, 'message'), exited.then(() => null)]);
    if (told === null) throw new Error(`the library cannot be imported: ${modules.join()}`);
    const [{ importMs }] = told as [{ importMs: number }];
    const { privateDirty } = await memoryOf(child.pid ?? 0);
    return { importMs, privateDirty };
  } finally {
    child.kill('SIGKILL');
    await exited;
  }
}
