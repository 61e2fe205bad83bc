import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { projectFolder } from '../infra/bundle.ts';

const typedoc = join(dirname(createRequire(import.meta.url).resolve('typedoc/package.json')), 'bin/typedoc');

/** The text of each file in a folder and the folders in it, by its path there. */
async function filesIn(folder: string): Promise<Record<string, string>> {
  const paths = (await readdir(folder, { recursive: true })).filter((path) => path.endsWith('.md')).sort();
  const texts = paths.map(async (path) => [path, await readFile(join(folder, path), 'utf8')] as const);
  return Object.fromEntries(await Promise.all(texts));
}

describe("The library's reference", () => {
  it('is what `npm run reference` makes of the comments now, of each public member', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'reference-'));
    try {
      // It fails where a public member is not documented.
      const options = ['--options', join(projectFolder, 'elector/typedoc.json'), '--out', folder];
      await promisify(execFile)(process.execPath, [typedoc, ...options], { cwd: projectFolder });
      const [made, kept] = await Promise.all([folder, join(projectFolder, 'docs/library')].map(filesIn));
      assert.deepEqual(kept, made, 'npm run reference');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
