// `npm start`: compiles main.ts, with all of the project that it imports, into one file and runs that. A loader that is asked for each of
// some two hundred files would take half a second longer. This file is JavaScript, so that a person sees at once that something happens.
import { randomUUID } from 'node:crypto';
import { readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';

const asksForHelp = process.argv.some((argument) => argument === '--help' || argument === '-h');
if (process.stdout.isTTY && !asksForHelp) process.stdout.write('Starting …\n');

const { build } = await import('esbuild');
const project = dirname(import.meta.dirname);
const program = join(project, 'dist/start.mjs');
// Another start may load the file at this moment.
const draft = `${program}.${randomUUID()}`;
await build({
  absWorkingDir: project,
  entryPoints: ['local/main.ts'],
  outfile: draft,
  bundle: true,
  packages: 'external',
  platform: 'node',
  target: 'node20',
  format: 'esm',
  sourcemap: 'inline',
  plugins: [{ name: 'places', setup: keepPlaces }],
});
await rename(draft, program);
await import(pathToFileURL(program).href);

/** Lets each source find what is beside it, although its code runs from elsewhere. */
function keepPlaces({ onLoad }) {
  onLoad({ filter: /\.ts$/ }, async ({ path }) => {
    const source = await readFile(path, 'utf8');
    const contents = source
      .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
      .replaceAll('import.meta.dirname', JSON.stringify(dirname(path)));
    return { contents, loader: 'ts' };
  });
}
