import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import * as electorModule from './elector-module.ts';

export type ElectorModule = typeof electorModule;

const project = fileURLToPath(new URL('../..', import.meta.url));

/** The elector as it is. */
export const originalElector: ElectorModule = electorModule;

/** One change of the source: `find` stands in `file` exactly once. */
export interface Patch {
  /** Its path in this project. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/**
 * The elector with its source changed; the files stay as they are.
 * @throws Error where a patch no longer fits the source
 */
export async function patchedElector(patches: readonly Patch[]): Promise<ElectorModule> {
  const applied = new Set<Patch>();
  const result = await build({
    entryPoints: [fileURLToPath(new URL('elector-module.ts', import.meta.url))],
    bundle: true,
    format: 'esm',
    platform: 'node',
    external: ['./kubeconfig-credentials.ts'],
    write: false,
    logLevel: 'silent',
    plugins: [patching(patches, applied)],
  });
  const missed = patches.find((patch) => !applied.has(patch));
  if (missed !== undefined) throw new Error(`${missed.file} is no part of the elector's bundle`);
  const [bundle] = result.outputFiles;
  if (bundle === undefined) throw new Error('esbuild made no bundle');
  return importSource(bundle.contents);
}

/** From a file, since tools that read coverage take no other URLs. */
async function importSource(source: Uint8Array): Promise<ElectorModule> {
  const folder = await mkdtemp(join(tmpdir(), 'elector-'));
  try {
    const file = join(folder, 'elector.mjs');
    await writeFile(file, source);
    return (await import(pathToFileURL(file).href)) as ElectorModule;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** @throws Error where one of the patches does not fit the source */
export async function requireFit(patches: readonly Patch[]): Promise<void> {
  for (const file of new Set(patches.map((patch) => patch.file))) {
    const source = await readFile(join(project, file), 'utf8');
    patched(source, file, patches);
  }
}

function patching(patches: readonly Patch[], applied: Set<Patch>): Plugin {
  return {
    name: 'patch',
    setup(bundling) {
      bundling.onLoad(
        { filter: /[\\/](elector[\\/]src|base|proof[\\/]fencing)[\\/].+s$/ },
        async ({ path }) => {
          const file = relative(project, path).replaceAll('\\', '/');
          for (const patch of patches) if (patch.file === file) applied.add(patch);
          return { contents: patched(await readFile(path, 'utf8'), file, patches), loader: 'ts' };
        },
      );
    },
  };
}

function patched(source: string, file: string, patches: readonly Patch[]): string {
  return patches.filter((patch) => patch.file === file).reduce(apply, source);
}

function apply(text: string, patch: Patch): string {
  const pieces = text.split(patch.find);
  if (pieces.length !== 2) {
    const times = pieces.length - 1;
    throw new Error(`${JSON.stringify(patch.find)} stands ${times} times in ${patch.file}; expected 1`);
  }
  return pieces.join(patch.replace);
}
