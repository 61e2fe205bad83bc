import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectFolder } from '../infra/bundle.ts';

// What `npm version --workspace elector` runs: the version in elector/package.json, which is the only one, as code. Neither the image's
// bundle nor the library could read it from there: the one has no package.json beside it, and for the other Node.js 20 warns of JSON imports.

const { npm_package_version: version } = process.env;
if (version === undefined) throw new Error('run by npm alone: npm version NEWVERSION --workspace elector');

await writeFile(
  join(projectFolder, 'elector/src/version.ts'),
  `/** The version in package.json, written here by \`npm version\`. */\nexport const version = '${version}';\n`,
);
