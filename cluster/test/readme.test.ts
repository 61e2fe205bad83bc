import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Child, endChildren } from '../../base/testing/child.ts';

const example = fileURLToPath(new URL('example.ts', import.meta.url));
const tsx = import.meta.resolve('tsx');

describe("The README's example", () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cluster-example-'));
  });

  after(async () => {
    await endChildren();
    await rm(folder, { recursive: true });
  });

  it('is the one that is run here', async () => {
    const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
    assert.ok(readme.includes(`\n\`\`\`ts\n${await readFile(example, 'utf8')}\`\`\`\n`));
  });

  it('gets an answer from a pod, and leaves nothing behind', async () => {
    const child = new Child(process.execPath, ['--import', tsx, example], process.env, folder);
    const code = await child.ended;
    assert.deepEqual([code, ...child.lines], [0, 'Hello']);
    assert.deepEqual(await readdir(folder), []);
  });
});
