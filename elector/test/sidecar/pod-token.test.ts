import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PodToken } from '../../src/sidecar/pod-token.ts';

describe("The pod's token", () => {
  let folder: string;
  let path: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pod-token-'));
    path = join(folder, 'token');
  });

  afterEach(() => rm(folder, { recursive: true }));

  it('is 32 random bytes in base64url, which everybody may read and nobody write, and nothing is left beside it', async () => {
    const umask = process.umask(0o077);
    try {
      await PodToken.write(path, {});
    } finally {
      process.umask(umask);
    }
    assert.match(await readFile(path, 'utf8'), /^[\w-]{43}$/);
    assert.equal((await stat(path)).mode & 0o777, 0o444);
    assert.deepEqual(await readdir(folder), ['token']);
  });

  it('is another one at each start, and the one before no longer counts', async () => {
    await PodToken.write(path, {});
    const before = await readFile(path, 'utf8');
    const token = await PodToken.write(path, {});
    const after = await readFile(path, 'utf8');
    assert.notEqual(after, before);
    assert.equal(token.isIn(`Bearer ${before}`), false);
    assert.equal(token.isIn(`Bearer ${after}`), true);
  });

  it('lies under $CONTAINER_SANDBOX_MOUNT_POINT where that is set', async () => {
    await PodToken.write('/token', { CONTAINER_SANDBOX_MOUNT_POINT: folder });
    assert.match(await readFile(path, 'utf8'), /^[\w-]{43}$/);
  });

  it('is presented as RFC 6750 says, with the scheme in any case', async () => {
    const token = await PodToken.write(path, {});
    const text = await readFile(path, 'utf8');
    for (const right of [`Bearer ${text}`, `bearer ${text}`, `BEARER  ${text}`]) {
      assert.equal(token.isIn(right), true, right);
    }
    for (const wrong of [
      '',
      'Bearer',
      'Bearer ',
      text,
      `Basic ${text}`,
      `Bearer${text}`,
      `Bearer ${text}x`,
      `Bearer ${text.slice(0, -1)}`,
      `Bearer ${text}, Bearer ${text}`,
      `Bearer ${text} ${text}`,
      `x Bearer ${text}`,
    ]) {
      assert.equal(token.isIn(wrong), false, wrong);
    }
  });

  it('that cannot be written is an error that names flag, path and reason, and leaves nothing behind', async () => {
    const missing = join(folder, 'none', 'token');
    await assert.rejects(PodToken.write(missing, {}), {
      message: new RegExp(`^cannot write the token to --token-file=${missing}: ENOENT: .*`),
    });
    await mkdir(join(path, 'full'), { recursive: true });
    await assert.rejects(PodToken.write(path, {}), {
      message: new RegExp(`^cannot write the token to --token-file=${path}: E(ISDIR|NOTEMPTY|EXIST): .*`),
    });
    assert.deepEqual(await readdir(folder), ['token']);
  });
});
