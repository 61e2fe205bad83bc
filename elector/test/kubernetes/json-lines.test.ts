import assert from 'node:assert/strict';
import { jsonLines } from '../../src/kubernetes/json-lines.ts';

async function read(chunks: readonly Uint8Array[], longest = 1000): Promise<unknown[]> {
  const source = async function* () {
    for (const chunk of chunks) yield await Promise.resolve(chunk);
  };
  const values: unknown[] = [];
  for await (const value of jsonLines(source(), longest)) values.push(value);
  return values;
}

describe('a stream of JSON lines', () => {
  const values = [{ name: 'zürich' }, { name: '日本' }, { name: '🗳️' }, 'a', 7];
  const bytes = Buffer.from(values.map((value) => `${JSON.stringify(value)}\n`).join(''));

  it('is read when it comes as a whole', async () => {
    assert.deepEqual(await read([bytes]), values);
  });

  it('is read when each byte comes alone', async () => {
    assert.deepEqual(await read([...bytes].map((byte) => Uint8Array.of(byte))), values);
  });

  it('is read wherever it is cut', async () => {
    for (let at = 0; at <= bytes.length; at += 1) {
      assert.deepEqual(await read([bytes.subarray(0, at), bytes.subarray(at)]), values);
    }
  });

  it('gives a value as soon as its line is complete', async () => {
    const source = async function* () {
      yield await Promise.resolve(Buffer.from('1\n2'));
      assert.fail('asked for more before the first line was given');
    };
    const first = await jsonLines(source(), 10).next();
    assert.equal(first.value, 1);
  });

  it('may have empty lines', async () => {
    assert.deepEqual(await read([Buffer.from('\n1\n\r\n2\n\n')]), [1, 2]);
  });

  it('names the line that is not JSON', async () => {
    await assert.rejects(read([Buffer.from('1\n{oops\n')]), /not JSON: \{oops$/);
  });

  it('names the line it ended within', async () => {
    await assert.rejects(read([Buffer.from('1\n{"a":')]), /the stream ended within \{"a":$/);
  });

  it('refuses bytes that are no UTF-8', async () => {
    await assert.rejects(read([Uint8Array.of(0x22, 0xff, 0x22, 0x0a)]), TypeError);
  });

  it('refuses a line that is too long before it is complete, and one that is', async () => {
    const long = Buffer.from('7'.repeat(30));
    await assert.rejects(read([long, long], 40), /longer than 40 characters: 7+$/);
    await assert.rejects(read([Buffer.from(`${'7'.repeat(41)}\n`)], 40), /longer than 40/);
    assert.deepEqual(await read([Buffer.from(`"${'7'.repeat(38)}"\n`)], 40), ['7'.repeat(38)]);
  });
});
