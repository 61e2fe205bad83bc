// `npm start`: compiles main.ts, with all of the project that it imports, into one file and runs that. A loader that is asked for each of
// some two hundred files would take half a second longer. This file is JavaScript, so that a person sees at once that something happens.
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';

const asksForHelp = process.argv.some((argument) => argument === '--help' || argument === '-h');
if (process.stdout.isTTY && !asksForHelp) process.stdout.write('Starting …\n');

const project = dirname(import.meta.dirname);
const file = await save(await compile());
if (file === null) (await import('tsx/esm/api')).register();
await import(file ?? './main.ts');

async function compile() {
  const { build, stop } = await import('esbuild');
  try {
    const { outputFiles } = await build({
      absWorkingDir: project,
      entryPoints: ['local/main.ts'],
      write: false,
      bundle: true,
      packages: 'external',
      platform: 'node',
      target: 'node20',
      format: 'esm',
      define: { 'import.meta.url': 'ownUrl', 'import.meta.dirname': 'ownFolder' },
      plugins: [{ name: 'own-places', setup: knowOwnPlaces }],
    });
    return outputFiles[0].contents;
  } catch (error) {
    // Of a source that cannot be compiled esbuild has told.
    if (error.errors === undefined) throw error;
    process.exit(1);
  } finally {
    await stop();
  }
}

/** Lets each source find what is beside it, although its code runs from elsewhere. */
function knowOwnPlaces({ onLoad }) {
  onLoad({ filter: /\.ts$/ }, async ({ path }) => {
    const [url, folder] = [pathToFileURL(path).href, dirname(path)].map((place) => JSON.stringify(place));
    const source = await readFile(path, 'utf8');
    return { contents: `const ownUrl = ${url}, ownFolder = ${folder}; ${source}`, loader: 'ts' };
  });
}

/** Returns the file's URL; null where the project cannot be written. Another start may load the file at this moment. */
async function save(contents) {
  const file = join(project, 'dist/start.mjs');
  const draft = `${file}.${randomUUID()}`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(draft, contents);
    await rename(draft, file);
  } catch {
    return null;
  }
  return pathToFileURL(file).href;
}
