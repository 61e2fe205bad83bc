import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const elector = fileURLToPath(new URL('../../elector', import.meta.url));

/** The package as `npm pack` makes it. */
export interface Packed {
  /** The path of the archive. */
  readonly archive: string;
  /** The files in it. */
  readonly files: readonly string[];
  /** The bytes that it takes when it is installed. */
  readonly unpackedSize: number;
}

let packing: Promise<Packed> | null = null;

/** Packs the library, once for all who ask; the archive goes with the process. */
export function pack(): Promise<Packed> {
  packing ??= packInto(mkdtempSync(join(tmpdir(), 'packed-')));
  return packing;
}

async function packInto(folder: string): Promise<Packed> {
  process.once('exit', () => rmSync(folder, { recursive: true }));
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: elector });
  const [{ filename, files, unpackedSize }] = JSON.parse(stdout.slice(stdout.indexOf('['))) as [
    {
      readonly filename: string;
      readonly files: readonly { readonly path: string }[];
      readonly unpackedSize: number;
    },
  ];
  return { archive: join(folder, filename), files: files.map(({ path }) => path), unpackedSize };
}
