import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

const read = (path: string) => readFile(new URL(`../${path}`, import.meta.url), 'utf8');

describe('docs/safety.md', () => {
  it("shows the code by which an app counts an answer's time as it is, which the simulation runs", async () => {
    const [docs, code] = await Promise.all([read('docs/safety.md'), read('proof/fencing/validity.mjs')]);
    assert.ok(docs.includes(`\`\`\`js\n${code}\`\`\``));
  });
});
