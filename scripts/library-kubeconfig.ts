import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { projectFolder } from '../infra/bundle.ts';
import { withoutApiClient } from '../infra/without-api-client.ts';

// Replaces the one file of the library that needs other packages by a bundle of it and them: who installs the
// library installs nothing else, and who has no kubeconfig never loads it.

const library = join(projectFolder, 'elector/dist/lib');

const { metafile } = await build({
  absWorkingDir: projectFolder,
  entryPoints: ['elector/src/kubernetes/kubeconfig-credentials.ts'],
  outfile: join(library, 'elector/src/kubernetes/kubeconfig-credentials.js'),
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  // Some of these packages are CommonJS and require Node's own modules.
  banner: {
    js: "import { createRequire } from 'node:module';const require = createRequire(import.meta.url);",
  },
  plugins: [withoutApiClient],
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
});

const folders = new Set(Object.keys(metafile.inputs).flatMap(packageFolder));
const licences = await Promise.all([...folders].sort().map(licenceOf));
await writeFile(
  join(library, 'kubeconfig-credentials.LICENSES.txt'),
  licences.join(`\n${'-'.repeat(72)}\n\n`),
);

/** `node_modules/@scope/name` of a file in it; none for a file of our own. */
function packageFolder(file: string): string[] {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.slice() ?? [];
}

async function licenceOf(folder: string): Promise<string> {
  const path = join(projectFolder, folder);
  const { name, version, license } = JSON.parse(await readFile(join(path, 'package.json'), 'utf8')) as {
    readonly [key: string]: unknown;
  };
  const file = (await readdir(path)).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file === undefined ? '' : `\n${await readFile(join(path, file), 'utf8')}`;
  return `${String(name)} ${String(version)}, ${String(license)}\n${text}`;
}
