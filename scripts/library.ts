import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build as esbuild, type Format, type Plugin } from 'esbuild';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';
import { projectFolder } from '../infra/bundle.ts';
import { bundleCommand, yamlAsModules } from '../infra/bundle-command.ts';

// Builds the npm package. Each entry point is bundled twice: for Node.js as CommonJS, whether it is required or imported, so that there is
// one instance of each class (nodejs.org/api/packages.html, "Dual package hazard"); and for bundlers as an ES module, by the condition
// `module` in package.json. What it needs of other packages is in there, and is evaluated when it is needed: what is imported by
// `import()` becomes a function in the same file.

/** The entry points: `NAME` is `k8s-leader-elector/NAME` in package.json. One that imports another's file stays a file beside it. */
const entryPoints: Readonly<Record<string, string>> = {
  index: 'elector/src/index.ts',
  testing: 'elector/src/testing/index.ts',
};
const library = join(projectFolder, 'elector/dist/lib');

await rm(library, { recursive: true, force: true });
for (const name of Object.keys(entryPoints)) {
  const { exported } = await bundle(name, 'esm', `bundler/${name}.mjs`);
  const { packages } = await bundle(name, 'cjs', `node/${name}.cjs`);
  // Node.js looks into a CommonJS file for the names that can be imported: in this one it finds them at once.
  const faces = exported.map((value) => `exports.${value} = library.${value};\n`);
  await write(
    `${name}.cjs`,
    `'use strict';\nconst library = require('./node/${name}.cjs');\n${faces.join('')}`,
  );
  await write(`${name}.mjs`, `export { ${exported.join(', ')} } from './${name}.cjs';\n`);
  // For TypeScript too, what is imported and what is required are the same classes.
  await write(`${name}.d.mts`, `export * from './${name}.cjs';\n`);
  const licences = await Promise.all(packages.map(licenceOf));
  if (licences.length > 0) await write(`${name}.LICENSES.txt`, licences.join(`\n${'-'.repeat(72)}\n\n`));
}
await writeTypes();
await bundleCommand(join(library, 'command'));

async function bundle(name: string, format: Format, outfile: string) {
  const extension = format === 'cjs' ? 'cjs' : 'mjs';
  const { metafile } = await esbuild({
    absWorkingDir: projectFolder,
    entryPoints: [entryPoints[name] ?? ''],
    outfile: join(library, outfile),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format,
    plugins: [otherEntryPoints(name, extension)],
    // Its build for Node.js is CommonJS and requires Node's own modules, which no ES module can.
    alias: { yaml: yamlAsModules },
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  const packages = new Set(Object.keys(metafile.inputs).flatMap(packageFolder));
  const exported = Object.values(metafile.outputs).flatMap((output) => output.exports);
  return { exported, packages: [...packages].sort() };
}

function otherEntryPoints(name: string, extension: string): Plugin {
  const others = new Map(
    Object.entries(entryPoints)
      .filter(([other]) => other !== name)
      .map(([other, file]) => [join(projectFolder, file), `./${other}.${extension}`]),
  );
  return {
    name: 'other-entry-points',
    setup(build) {
      build.onResolve({ filter: /^\..*\.ts$/ }, ({ path, resolveDir }) => {
        const other = others.get(join(resolveDir, path));
        return other === undefined ? undefined : { path: other, external: true };
      });
    },
  };
}

async function writeTypes(): Promise<void> {
  const input = Object.fromEntries(
    Object.entries(entryPoints).map(([name, file]) => [name, join(projectFolder, file)]),
  );
  const tsconfig = join(projectFolder, 'elector/tsconfig.build.json');
  const bundled = await rollup({ input, plugins: [dts({ tsconfig })], external: /^node:/ });
  await bundled.write({ dir: library, entryFileNames: '[name].d.cts', chunkFileNames: 'types.d.cts' });
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(library, path)), { recursive: true });
  await writeFile(join(library, path), text);
}

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
