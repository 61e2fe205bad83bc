import assert from 'node:assert/strict';
import { FakeClock } from '../../../base/testing/fake-clock.ts';
import { durationsOf, type LeaderElectionConfig } from '../../src/election/leader-election-config.ts';
import { LeaderElector } from '../../src/election/leader-elector.ts';
import { MultiLock } from '../../src/election/multi-lock.ts';
import { ForbiddenError, NotFoundError, type ResourceLock } from '../../src/election/resource-lock.ts';
import { lease, retryPeriod, start, type Candidate } from './candidate.ts';
import { FaultyLock } from './faulty-lock.ts';
import { LockStore } from '../../src/testing/lock-store.ts';

const forbidden = new ForbiddenError('POST …/leases: 403 Forbidden: leases is forbidden');
const noRoute = new Error('GET …/leases/example: connect EHOSTUNREACH');

describe('Wrong use of the elector', () => {
  describe('in its config is refused', () => {
    const refused: [string, Parameters<typeof durationsOf>[0], RegExp][] = [
      [
        'a lease of milliseconds',
        { leaseDuration: 15_000 },
        /^leaseDuration is 15000; it is in seconds, so .* are 15$/,
      ],
      [
        'a deadline of milliseconds',
        { leaseDuration: 15, renewDeadline: 10_000 },
        /^renewDeadline is 10000; it is in seconds, so 10000 milliseconds are 10$/,
      ],
      [
        'a pause of milliseconds',
        { leaseDuration: 15, retryPeriod: 2000 },
        /^retryPeriod is 2000; .* milliseconds are 2$/,
      ],
      [
        'a drainTimeout of milliseconds',
        { leaseDuration: 15, drainTimeout: 30_000 },
        /^drainTimeout is 30000; .* milliseconds are 30$/,
      ],
    ];
    for (const [what, config, message] of refused) {
      it(`${what}, with the value that was meant`, () =>
        assert.throws(() => durationsOf(config), { name: 'RangeError', message }));
    }

    it('but hours are seconds', () => {
      for (const leaseDuration of [3600, 36_000, 86_400, 4999])
        assert.equal(durationsOf({ leaseDuration }).leaseDurationMs, leaseDuration * 1000);
    });

    it('a lock that is none', () => {
      for (const lock of [undefined, null, 'my-service', {}])
        assert.throws(
          () => new LeaderElector({ lock, leaseDuration: 15 } as unknown as LeaderElectionConfig),
          {
            name: 'RangeError',
            message: /^lock is none; it must be a LeaseLock/,
          },
        );
    });

    it('a duration that is text, as variables of the environment are', () => {
      for (const name of ['leaseDuration', 'renewDeadline', 'retryPeriod', 'drainTimeout'])
        assert.throws(() => durationsOf({ leaseDuration: 15, [name]: '5' }), {
          name: 'RangeError',
          message: `${name} is "5"; it must be a number of seconds`,
        });
    });

    it('a lock that is none in a MultiLock, and one that is there twice', () => {
      const lock = new FaultyLock(new LockStore());
      const half = new MultiLock(lock, undefined as unknown as ResourceLock);
      assert.throws(() => new LeaderElector({ lock: half, leaseDuration: 15 }), /^RangeError: lock is none/);
      assert.throws(
        () => new MultiLock(lock, lock),
        /^RangeError: the locks of a MultiLock are the same one/,
      );
    });

    it('what cannot be called', () => {
      const config = { lock: new FaultyLock(new LockStore()), leaseDuration: 15 };
      for (const name of [
        'onStartedLeading',
        'onStoppedLeading',
        'onNewLeader',
        'findSuccessor',
        'hasAppEnded',
      ])
        assert.throws(() => new LeaderElector({ ...config, [name]: null }), {
          name: 'RangeError',
          message: `${name} is null; it must be a function, or left out`,
        });
      // The result of a call, say, in place of the function: JSON could not tell of these.
      const circle: Record<string, unknown> = {};
      circle['self'] = circle;
      const wrong: [value: unknown, shown: string][] = [
        [Promise.resolve(), '[Promise]'],
        [circle, '[Object]'],
        [5n, '5n'],
      ];
      for (const [value, shown] of wrong)
        assert.throws(() => new LeaderElector({ ...config, onStartedLeading: value as () => void }), {
          name: 'RangeError',
          message: `onStartedLeading is ${shown}; it must be a function, or left out`,
        });
    });

    it('a signal that is none; after that run() may be called again', async () => {
      const elector = new LeaderElector({ lock: new FaultyLock(new LockStore()), leaseDuration: 15 });
      for (const signal of [undefined, new AbortController()])
        await assert.rejects(elector.run(signal as unknown as AbortSignal), {
          name: 'RangeError',
          message: /^signal is no AbortSignal; it must be one, such as/,
        });
      await elector.run(AbortSignal.abort());
    });

    it('a log that is none', () => {
      const config = { lock: new FaultyLock(new LockStore()), leaseDuration: 15, log: true };
      assert.throws(() => new LeaderElector(config as unknown as LeaderElectionConfig), {
        name: 'RangeError',
        message: /^log has no methods info, warn and error/,
      });
    });
  });

  describe('can be noticed without a log', () => {
    let clock: FakeClock;
    let store: LockStore;
    let candidate: Candidate | null = null;

    beforeEach(() => {
      clock = new FakeClock();
      store = new LockStore();
    });
    afterEach(() => candidate?.stop());

    /** A candidate of which these requests fail so, and the errors that it tells. */
    async function failing(requests: readonly string[], error: () => Error) {
      const told: string[] = [];
      let fault: FaultyLock['fault'] = (verb) => (requests.includes(verb) ? { error: error() } : undefined);
      candidate = await start(store, clock, 'a', {}, (lock) => (lock.fault = (verb) => fault(verb)));
      const { elector } = candidate;
      elector.on('error', ({ message }) => told.push(message));
      await clock.advance(10 * retryPeriod);
      return { elector, told, heal: () => (fault = () => undefined) };
    }

    it('where there is no route: the cause is in notReadyBecause, and lastError', async () => {
      const { elector, told, heal } = await failing(['get', 'watch'], () => noRoute);
      assert.equal(elector.notReadyBecause, `the lock is not observed yet: ${noRoute.message}`);
      assert.equal(elector.lastError, noRoute);
      assert.deepEqual(told, [], 'it was told once, before anybody listened');
      heal();
      await clock.advance(10 * retryPeriod);
      assert.equal(elector.notReadyBecause, null);
      assert.equal(elector.lastError, null);
    });

    for (const refusal of [
      forbidden,
      new NotFoundError('POST …/leases: 404 NotFound: namespaces "x" not found'),
    ]) {
      it(`where the lock cannot be held: ${refusal.name}`, async () => {
        const { elector, heal } = await failing(['create'], () => refusal);
        assert.equal(elector.notReadyBecause, `the lock cannot be held: ${refusal.message}`);
        assert.equal(elector.lastError, refusal);
        heal();
        await clock.advance(10 * retryPeriod);
        assert.equal(elector.notReadyBecause, null);
        assert.equal(elector.isLeader(), true);
      });
    }

    it('but not beside another who leads since: nothing is tried then, and nothing known', async () => {
      const first = await start(store, clock, 'b');
      const { elector } = await failing(['update'], () => forbidden);
      first.stop();
      await first.ended;
      await clock.advance(retryPeriod);
      assert.equal(elector.notReadyBecause, `the lock cannot be held: ${forbidden.message}`);
      const second = await start(store, clock, 'c');
      await clock.advance(retryPeriod);
      assert.equal(elector.status().name, 'c');
      assert.equal(elector.notReadyBecause, null);
      second.stop();
      await second.ended;
    });

    it('where a standby may not look at the lock any more, once its watch has ended', async () => {
      const leader = await start(store, clock, 'b');
      const { elector, heal } = await failing([], () => forbidden);
      assert.equal(elector.notReadyBecause, null);
      const { lock } = candidate ?? assert.fail();
      lock.fault = (verb) => (verb === 'get' ? { error: forbidden } : undefined);
      lock.watchError = forbidden;
      lock.endWatch();
      await clock.advance(lease + 2 * retryPeriod);
      assert.equal(elector.notReadyBecause, `the lock cannot be held: ${forbidden.message}`);
      assert.equal(leader.elector.notReadyBecause, null);
      lock.fault = () => undefined;
      lock.watchError = null;
      await clock.advance(2 * retryPeriod);
      assert.equal(elector.notReadyBecause, null);
      heal();
      leader.stop();
      await leader.ended;
    });

    it('but an outage makes nobody unready who has observed the lock', async () => {
      const { elector } = await failing(['create'], () => noRoute);
      assert.equal(elector.notReadyBecause, null);
      assert.equal(elector.lastError, noRoute);
    });

    it('by the event "error": once for each way in which requests fail, and not at each try', async () => {
      let error: Error = forbidden;
      const { elector, told } = await failing(['create'], () => error);
      error = new Error('POST …/leases: read ECONNRESET');
      await clock.advance(10 * retryPeriod);
      error = forbidden;
      await clock.advance(10 * retryPeriod);
      assert.deepEqual(told, ['POST …/leases: read ECONNRESET', forbidden.message]);
      assert.equal(elector.lastError, forbidden);
    });

    it('by the event "error", where something threw that it was given to call', async () => {
      const told: [string, unknown][] = [];
      const thrown = new Error('oh');
      const throws = () => {
        throw thrown;
      };
      candidate = await start(store, clock, 'a', { onStoppedLeading: throws });
      candidate.elector.on('error', ({ message, cause }) => told.push([message, cause]));
      candidate.elector.on('error', throws);
      candidate.elector.on('change', throws);
      candidate.stop();
      await clock.advance(20_000);
      assert.equal(candidate.hasEnded, true);
      assert.ok(
        told.some(([message, cause]) => message === 'onStoppedLeading failed: oh' && cause === thrown),
      );
      assert.ok(told.some(([message]) => message === 'a listener of "change" failed: oh'));
    });
  });
});
