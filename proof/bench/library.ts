import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { projectFolder } from '../../infra/bundle.ts';
import type { Figure } from './figure.ts';
import { measureLibraryImport } from './library-import.ts';

/** How much to measure. */
export interface LibraryScale {
  /** How many processes import the library. */
  readonly runs: number;
}

const reach = { importMs: 50, privateDirtyMB: 4 };

/** What a program pays for the elector as a library, which is built first. */
export async function measureLibrary({ runs }: LibraryScale): Promise<Figure[]> {
  if (process.platform !== 'linux') {
    return [
      { what: 'the library', measured: `not measured: ${process.platform} has no /proc/PID/smaps_rollup` },
    ];
  }
  await promisify(execFile)('npm', ['run', 'build', '--workspace', 'elector'], { cwd: projectFolder });
  const { importMs, privateDirtyMB } = await measureLibraryImport(runs);
  return [
    {
      what: 'the library, time to import',
      measured: `median ${Math.round(importMs)} ms (${runs})`,
      target: `≤ ${reach.importMs} ms`,
      met: importMs <= reach.importMs,
    },
    {
      what: 'the library, private dirty on top of the app',
      measured: `median ${privateDirtyMB.toFixed(1)} MB (${runs})`,
      target: `≤ ${reach.privateDirtyMB} MB`,
      met: privateDirtyMB <= reach.privateDirtyMB,
    },
  ];
}
