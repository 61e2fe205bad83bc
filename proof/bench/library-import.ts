import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { memoryOf } from './process-memory.ts';
import { median } from '../statistics.ts';

/** What a program pays for importing the library. */
export interface ImportCost {
  /** Milliseconds that its `import` takes; the median of the runs. */
  readonly importMs: number;
  /** Private dirty memory on top of the same process without the import, in MB; the difference of the medians. */
  readonly privateDirtyMB: number;
}

interface Sample {
  readonly importMs: number;
  readonly privateDirty: number;
}

const probe = fileURLToPath(new URL('import-cost-probe.mjs', import.meta.url));
const builtLibrary = fileURLToPath(new URL('../../elector/dist/lib/elector/src/index.js', import.meta.url));

/**
 * Measures it in processes of their own, `runs` with the import and as many without, one after the other. `library` is a file;
 * what stands there unless said otherwise is made by `npm run build --workspace elector`. Linux only.
 * @throws Error where the library cannot be imported
 */
export async function measureLibraryImport(
  runs: number,
  library: string = builtLibrary,
): Promise<ImportCost> {
  const withImport: Sample[] = [];
  const without: Sample[] = [];
  while (withImport.length < runs) {
    withImport.push(await measureOnce([pathToFileURL(library).href]));
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
