import { readFile, writeFile } from 'node:fs/promises';
import { posix } from 'node:path';
import { UserError } from '../base/user-error.ts';

// What the release runs in `elector/` before it publishes: `library-origin.ts https://github.com/OWNER/NAME v1.0.0`. The package then says where
// it comes from, as npm asks of one with provenance, and its README's links lead there, since npm's page has nothing beside it.

const [origin = '', tag = ''] = process.argv.slice(2);
if (!/^https:\/\/[^/]+\/[^/]+\/[^/]+$/.test(origin) || tag === '')
  throw new UserError('library-origin.ts takes the URL of the repository and the tag');

const manifest = JSON.parse(await readFile('package.json', 'utf8')) as Record<string, unknown>;
const published = {
  ...manifest,
  homepage: `${origin}/tree/${tag}/elector#readme`,
  bugs: `${origin}/issues`,
  repository: { type: 'git', url: `git+${origin}.git`, directory: 'elector' },
};
await writeFile('package.json', `${JSON.stringify(published, null, 2)}\n`);

const readme = await readFile('README.md', 'utf8');
const absolute = readme.replace(
  /\]\((?!#|[a-z]+:)([^)\s]+)\)/g,
  (_, target: string) => `](${origin}/blob/${tag}/${posix.join('elector', target)})`,
);
await writeFile('README.md', absolute);
