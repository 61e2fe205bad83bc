import assert from 'node:assert/strict';
import {
  ExpiredError,
  StatusError,
  UnauthorizedError,
  type LockEvent,
  type LockObject,
} from '../../../src/election/resource-lock.ts';
import { newReflectedLock } from './reflected-lock.ts';

describe('Reflector where the watch cannot go on', () => {
  let { store, clock, lock, observed, said, renew, reflect, stop } = newReflectedLock();
  beforeEach(() => ({ store, clock, lock, observed, said, renew, reflect, stop } = newReflectedLock()));
  afterEach(() => stop());

  const at = (object: LockObject | null, resourceVersion: string): LockObject => ({
    ...(object ?? assert.fail('there is no object')),
    resourceVersion,
  });
  /**
   * The store's object has been put back to an older state since the first read and watch, which ended. Watches show what `script`
   * says, and stay open unless they `end`.
   */
  async function restore(
    script: (after: string | null) => Iterable<LockEvent>,
    ends: (after: string | null) => boolean = () => false,
  ): Promise<void> {
    const before = renew();
    await reflect();
    const restored = at(before, '7');
    lock.get = () => {
      lock.requests.push('get');
      return Promise.resolve(restored);
    };
    lock.watch = async function* (after) {
      lock.requests.push(`watch from ${after}`);
      yield* await Promise.resolve(script(after));
      if (!ends(after)) await new Promise(() => undefined);
    };
    lock.endWatch();
    await clock.advance(1000);
  }
  const known = '101';
  const isHealed = () => {
    assert.equal(observed.object?.resourceVersion, '7');
    assert.equal(lock.requests.at(-1), 'watch from 7');
  };

  for (const [code, error] of [
    ['504, the version being too large', new StatusError('504 Timeout: Too large resource version')],
    ['400, the version being invalid', new StatusError('400 BadRequest')],
    ['410', new ExpiredError('410 Expired')],
  ] as const) {
    it(`begins anew after ${code}`, async () => {
      await restore((after) => {
        if (after === known) throw error;
        return [];
      });
      isHealed();
      assert.deepEqual(lock.requests.slice(2), ['watch from 101', 'get', 'watch from 7']);
    });
  }

  it('begins anew where the versions go back within a watch', async () => {
    await restore((after) => (after === known ? [{ type: 'changed', object: at(store.object, '6') }] : []));
    isHealed();
    assert.deepEqual(lock.requests.slice(2), ['watch from 101', 'get', 'watch from 7']);
    assert.deepEqual(said, ['watching failed, tries again']);
  });

  for (const [what, error] of [
    ['each', null],
    ['each, with a broken connection,', new Error('ECONNRESET')],
    ['each, with credentials that are not accepted,', new UnauthorizedError('401')],
  ] as const) {
    it(`begins anew where ${what} of a few watches ends without having shown anything`, async () => {
      await restore(
        (after) => {
          if (after === known && error !== null) throw error;
          return [];
        },
        (after) => after === known,
      );
      isHealed();
      assert.deepEqual(lock.requests.slice(2), ['watch from 101', 'watch from 101', 'get', 'watch from 7']);
    });
  }

  it('goes on from the present state, which is always known, where there is no object', async () => {
    lock.watchError = new StatusError('500 InternalError');
    await reflect();
    await clock.advance(10_000);
    assert.deepEqual(new Set(lock.requests), new Set(['get', 'watch']));
    assert.equal(lock.requests.filter((request) => request === 'get').length, 1);
  });
});
