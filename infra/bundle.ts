import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { build } from 'esbuild';
import type { Plugin } from 'esbuild';
import { withoutApiClient } from './without-api-client.ts';

/** A workspace that is bundled, and the image it becomes. */
export interface Package {
  /** Its folder in the project: the image's build context. */
  readonly folder: string;
  /** The image's name, without its tag. */
  readonly image: string;
  /** The files in `src/`, without `.ts`, that each become a bundle of their name, `dist/NAME.cjs`. */
  readonly entryPoints: readonly string[];
}

/** A file with its path in the package's folder, as on Linux. */
export interface PackageFile {
  readonly path: string;
  readonly content: Uint8Array;
}

/** The project's folder. */
export const projectFolder = dirname(import.meta.dirname);

/**
 * Bundles a package into its folder `dist`: CommonJS files that need no `node_modules`. The same sources give the
 * same bytes in any folder. An entry point that another one imports with `import()` stays a file of its own, loaded
 * when it is needed.
 * @throws esbuild's BuildFailure, which names the file and the line.
 */
export async function bundle(
  { folder, entryPoints }: Package,
  project: string = projectFolder,
): Promise<readonly PackageFile[]> {
  const { outputFiles } = await build({
    absWorkingDir: project,
    entryPoints: entryPoints.map((path) => ({ in: `${folder}/src/${path}.ts`, out: basename(path) })),
    outdir: `${folder}/dist`,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    plugins: [lazyEntryPoints(entryPoints), withoutApiClient],
    logLevel: 'silent',
  });
  await Promise.all(outputFiles.map(({ path, contents }) => writeIfChanged(path, contents)));
  return outputFiles.map(({ path, contents }) => ({ path: `dist/${basename(path)}`, content: contents }));
}

function lazyEntryPoints(entryPoints: readonly string[]): Plugin {
  return {
    name: 'lazy-entry-points',
    setup(build) {
      build.onResolve({ filter: /^\.\/.*\.ts$/ }, ({ path, kind }) => {
        const name = basename(path, '.ts');
        const isEntryPoint = entryPoints.some((entryPoint) => basename(entryPoint) === name);
        if (kind !== 'dynamic-import' || !isEntryPoint) return undefined;
        return { path: `./${name}.cjs`, external: true };
      });
    },
  };
}

// Others may read the file meanwhile, or write it too: they see the old content or the new, never a part.
async function writeIfChanged(path: string, content: Uint8Array): Promise<void> {
  const present = await readFile(path).catch(() => null);
  if (present?.equals(content)) return;
  await mkdir(dirname(path), { recursive: true });
  const draft = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
  await writeFile(draft, content);
  await rename(draft, path);
}
