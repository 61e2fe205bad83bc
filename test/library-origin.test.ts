import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { projectFolder } from '../infra/bundle.ts';

const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

describe('The package that is published', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'origin-'));
    for (const file of ['package.json', 'README.md'])
      await copyFile(join(projectFolder, 'elector', file), join(folder, file));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const run = (...args: string[]) =>
    promisify(execFile)(
      process.execPath,
      ['--import', tsx, join(projectFolder, 'scripts/library-origin.ts'), ...args],
      { cwd: folder },
    );
  const read = (file: string) => readFile(join(folder, file), 'utf8');

  it('says where it comes from, and each link of its README leads there, or elsewhere', async () => {
    await run('https://github.com/owner/name', 'v1.2.3');
    const { name, repository, homepage, bugs } = JSON.parse(await read('package.json')) as Record<
      string,
      unknown
    >;
    assert.deepEqual(
      { name, repository, homepage, bugs },
      {
        name: 'k8s-leader-elector',
        repository: { type: 'git', url: 'git+https://github.com/owner/name.git', directory: 'elector' },
        homepage: 'https://github.com/owner/name/tree/v1.2.3/elector#readme',
        bugs: 'https://github.com/owner/name/issues',
      },
    );
    const links = [...(await read('README.md')).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
    assert.deepEqual(
      links.filter((link) => !/^(https:|#)/.test(link)),
      [],
    );
    assert.ok(links.includes('https://github.com/owner/name/blob/v1.2.3/docs/safety.md'));
  });

  it('is left as it is where the repository is no URL', async () => {
    const before = await read('package.json');
    await assert.rejects(run('owner/name', 'v1.2.3'), /takes the URL of the repository and the tag/);
    assert.equal(await read('package.json'), before);
  });
});
