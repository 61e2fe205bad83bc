import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { projectFolder } from '../infra/bundle.ts';

const typedoc = join(dirname(createRequire(import.meta.url).resolve('typedoc/package.json')), 'bin/typedoc');

describe("The library's reference", () => {
  it('is what `npm run reference` makes of the comments now, of each public member', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'reference-'));
    try {
      // It fails where a public member is not documented.
      const options = ['--options', join(projectFolder, 'elector/typedoc.json'), '--out', folder];
      await promisify(execFile)(process.execPath, [typedoc, ...options], { cwd: projectFolder });
      const [made, kept] = await Promise.all(
        [folder, join(projectFolder, 'docs/library')].map((path) =>
          readFile(join(path, 'README.md'), 'utf8'),
        ),
      );
      assert.equal(kept, made, 'npm run reference');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
