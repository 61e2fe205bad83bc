import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { build } from 'esbuild';
import type { OutputFile, Plugin } from 'esbuild';

/** A workspace that is bundled, and the image it becomes. */
export interface Package {
  /** Its folder in the project: the image's build context. */
  readonly folder: string;
  /** The image's name, without its tag. */
  readonly image: string;
  /** The files in `src/`, without `.ts`, that each become a bundle of their name, `dist/NAME.cjs`. */
  readonly entryPoints: readonly string[];
  /**
   * Files that are for browsers, each as `dist/NAME` with its own name: scripts with what they import, style sheets with what they
   * import, and HTML as it is. A script that imports an HTML file has its text.
   */
  readonly browserFiles?: readonly string[];
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
  source: Package,
  project: string = projectFolder,
): Promise<readonly PackageFile[]> {
  const parts = await Promise.all([programs(source, project), browserScriptsAndStyles(source, project)]);
  const files = [...parts.flat(), ...(await htmlFiles(source, project))];
  await Promise.all(
    files.map(({ path, content }) => writeIfChanged(join(project, source.folder, path), content)),
  );
  return files;
}

async function programs({ folder, entryPoints }: Package, project: string): Promise<PackageFile[]> {
  const { outputFiles } = await build({
    ...inMemory(folder, project),
    entryPoints: entryPoints.map((path) => ({ in: `${folder}/src/${path}.ts`, out: basename(path) })),
    outExtension: { '.js': '.cjs' },
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    define: { 'import.meta.dirname': '__dirname' },
    plugins: [lazyEntryPoints(entryPoints)],
  });
  return outputFiles.map(packageFile);
}

async function browserScriptsAndStyles(
  { folder, browserFiles = [] }: Package,
  project: string,
): Promise<PackageFile[]> {
  const entryPoints = browserFiles.filter((path) => !isHtml(path));
  if (entryPoints.length === 0) return [];
  const { outputFiles } = await build({
    ...inMemory(folder, project),
    entryPoints: entryPoints.map((path) => ({ in: `${folder}/${path}`, out: basename(path, extname(path)) })),
    platform: 'browser',
    target: ['es2022', 'chrome120', 'firefox120', 'safari17'],
    format: 'iife',
    loader: { '.html': 'text' },
    minify: true,
    charset: 'utf8',
  });
  return outputFiles.map(packageFile);
}

function htmlFiles({ folder, browserFiles = [] }: Package, project: string): Promise<PackageFile[]> {
  const copies = browserFiles.filter(isHtml).map(async (path) => ({
    path: `dist/${basename(path)}`,
    content: await readFile(join(project, folder, path)),
  }));
  return Promise.all(copies);
}

const isHtml = (path: string) => extname(path) === '.html';

const inMemory = (folder: string, project: string) =>
  ({
    absWorkingDir: project,
    outdir: `${folder}/dist`,
    bundle: true,
    write: false,
    logLevel: 'silent',
  }) as const;

function packageFile({ path, contents }: OutputFile): PackageFile {
  return { path: `dist/${basename(path)}`, content: contents };
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
