import assert from 'node:assert/strict';
import { lookup } from 'node:dns/promises';
import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { oneLookup } from '../../src/pods/one-lookup.ts';

/** What a look-up of `localhost` says in the end. */
function said(look: LookupFunction, all: boolean): Promise<unknown[]> {
  return new Promise((resolve) => look('localhost', { all }, (...answer) => resolve(answer)));
}

describe('Looking the Service up', () => {
  it('finds what Node.js finds', async () => {
    const found = await lookup('localhost', { all: true });
    assert.deepEqual(await said(oneLookup(), true), [null, found]);
    assert.deepEqual(await said(oneLookup(), false), [null, found[0]?.address, found[0]?.family]);
  });

  it('is done once at a time, however many ask, while a DNS server is silent', async () => {
    const silent: ((error: Error) => void)[] = [];
    const look = oneLookup(() => new Promise<LookupAddress[]>((_, fail) => silent.push(fail)));
    const failure = new Error('EAI_AGAIN');
    for (const times of [1, 2]) {
      const asked = [said(look, true), said(look, false)];
      assert.equal(silent.length, times);
      silent.at(-1)?.(failure);
      for (const [error] of await Promise.all(asked)) assert.equal(error, failure);
    }
  });
});
