import assert from 'node:assert/strict';
import { deferred } from '../../../base/testing/deferred.ts';
import { FakeClock } from '../../../base/testing/fake-clock.ts';
import { RenewedCredential } from '../../src/kubernetes/renewed-credential.ts';

interface Token {
  readonly name: string;
  readonly expiresAt: number | null;
}

describe('A credential that takes its time', () => {
  let clock: FakeClock;
  /** What the next attempts come to. */
  let attempts: (() => Promise<Token>)[];
  let made: number;
  let renewed: RenewedCredential<Token>;

  beforeEach(() => {
    clock = new FakeClock();
    attempts = [];
    made = 0;
    renewed = new RenewedCredential<Token>(() => {
      made += 1;
      return attempts.shift()?.() ?? assert.fail('made too often');
    }, clock);
  });

  const token = (name: string, lifeMs: number | null) => () =>
    Promise.resolve({ name, expiresAt: lifeMs === null ? null : clock.wall() + lifeMs });
  const nameOf = async () => (await renewed.get()).name;

  it('is made once, for all who ask meanwhile, where nobody says that it runs out', async () => {
    attempts = [token('one', null)];
    assert.deepEqual(await Promise.all([nameOf(), nameOf()]), ['one', 'one']);
    await clock.advance(86_400_000);
    assert.equal(await nameOf(), 'one');
    assert.equal(clock.timers, 0);
  });

  it('is renewed in the background in its last minute, while the one before is given out', async () => {
    const slow = deferred();
    attempts = [
      token('one', 600_000),
      async () => {
        await slow.promise;
        return { name: 'two', expiresAt: null };
      },
    ];
    await nameOf();
    await clock.advance(539_999);
    assert.equal(made, 1);
    await clock.advance(1);
    assert.equal(made, 2);
    assert.equal(await nameOf(), 'one');
    await clock.advance(7000);
    assert.equal(await nameOf(), 'one');
    slow.resolve();
    await clock.advance(0);
    assert.equal(await nameOf(), 'two');
  });

  it('is renewed in the second half of its life where that is shorter', async () => {
    attempts = [token('one', 20_000), token('two', null)];
    await nameOf();
    await clock.advance(10_000);
    assert.equal(await nameOf(), 'two');
  });

  it('is tried again every 10 s where that fails, and given out while it holds; then the failure is', async () => {
    const fail = () => Promise.reject(new Error('not logged in'));
    attempts = [token('one', 60_000), fail, fail, fail, fail, fail];
    await nameOf();
    await clock.advance(59_999);
    assert.equal(made, 4);
    assert.equal(await nameOf(), 'one');
    await clock.advance(1);
    await assert.rejects(renewed.get(), /not logged in/);
  });

  it('is made anew when it was rejected, but not when another one was', async () => {
    attempts = [token('one', null), token('two', null)];
    await nameOf();
    renewed.reject(({ name }) => name === 'earlier');
    assert.equal(await nameOf(), 'one');
    renewed.reject(({ name }) => name === 'one');
    assert.equal(await nameOf(), 'two');
  });

  it('is not renewed any more when it is closed', async () => {
    attempts = [token('one', 600_000)];
    await nameOf();
    renewed.close();
    await clock.advance(600_000);
    assert.equal(made, 1);
  });
});
