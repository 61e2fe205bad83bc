import assert from 'node:assert/strict';
import { NotLeadingError, UnconfirmedReleaseError } from '../../src/election/resign-error.ts';
import { ConflictError } from '../../src/election/resource-lock.ts';
import { lease, renewDeadline, renewPeriod, retryPeriod, start, type Candidate } from './candidate.ts';
import { deferred } from '../../../base/testing/deferred.ts';
import { FakeClock, settle } from '../../../base/testing/fake-clock.ts';
import { LockStore } from './memory-lock.ts';

/** How a resignation went so far. */
type Outcome = 'pending' | 'released' | Error;

describe('A leader that resigns', () => {
  let store: LockStore;
  let clock: FakeClock;
  let a: Candidate;

  beforeEach(() => {
    store = new LockStore();
    clock = new FakeClock();
  });

  const record = () => {
    assert.ok(store.object?.reading.kind === 'record', 'there is no record');
    return store.object.reading.record;
  };
  const holder = () => record().holderIdentity;

  const startLeader = async (...[config]: [Parameters<typeof start>[3]?]) => {
    a = await start(store, clock, 'a', config);
    await clock.advance(0);
    assert.ok(a.elector.isLeader());
  };
  /** Returns what tells how it went so far. */
  const resign = (): (() => Outcome) => {
    let outcome: Outcome = 'pending';
    a.elector.resign().then(
      () => (outcome = 'released'),
      (error: unknown) => (outcome = error as Error),
    );
    return () => outcome;
  };
  const updates = () => a.lock.requests.filter((request) => request === 'update').length;
  const cutOff = () => (a.lock.fault = () => ({ error: new Error('connect ECONNREFUSED') }));
  const reconnect = () => (a.lock.fault = () => undefined);
  /** Holds the next update until it is let go. */
  const holdNextUpdate = () => {
    const { promise, resolve } = deferred();
    a.lock.fault = (verb) => {
      if (verb !== 'update') return undefined;
      reconnect();
      return { heldUntil: promise };
    };
    return resolve;
  };

  describe('hands over', () => {
    it('at once, whatever it promised before, since its caller vouches for that (rule 6)', async () => {
      await startLeader();
      const b = await start(store, clock, 'b');
      assert.equal(a.elector.status().validForMs, renewDeadline);
      const outcome = resign();
      assert.equal(a.elector.isLeader(), false, 'the answer is no before anything is written');
      assert.equal(holder(), 'a');
      await clock.advance(0);
      assert.equal(outcome(), 'released');
      assert.ok(b.elector.isLeader());
      assert.deepEqual([a.elector.status().name, a.elector.status().isLeader], ['b', false]);
    });

    it('by a record without a holder, as after a stop', async () => {
      await startLeader();
      const outcome = resign();
      await settle();
      assert.equal(outcome(), 'released');
      assert.deepEqual([holder(), record().leaseDurationSeconds], ['', 1]);
    });

    it('although it was told not to release when it is stopped', async () => {
      await startLeader({ releaseOnCancel: false });
      const outcome = resign();
      await settle();
      assert.equal(outcome(), 'released');
      assert.equal(holder(), '');
    });

    it('while onStartedLeading goes on, and does not stand again before that has settled', async () => {
      const { promise, resolve } = deferred();
      let aborted = false;
      await startLeader({
        onStartedLeading: (signal) => {
          signal.addEventListener('abort', () => (aborted = true));
          return promise;
        },
      });
      const outcome = resign();
      await settle();
      assert.equal(outcome(), 'released');
      assert.ok(aborted);
      await clock.advance(2 * lease);
      assert.equal(holder(), '');
      resolve();
      await settle();
      assert.ok(a.elector.isLeader());
    });

    it('and promises anew in its next term: that one is released no sooner than rule 6 allows', async () => {
      await startLeader();
      resign();
      await clock.advance(lease);
      const { validForMs } = a.elector.status();
      assert.ok(validForMs > 0);
      a.stop();
      await clock.advance(validForMs - 1);
      assert.equal(holder(), 'a');
      await clock.advance(1);
      assert.equal(holder(), '');
    });
  });

  describe('stands aside', () => {
    it('for one lease, then stands again by itself, in a new term', async () => {
      await startLeader();
      resign();
      await clock.advance(lease - 1);
      assert.equal(holder(), '');
      await clock.advance(1);
      assert.ok(a.elector.isLeader());
      assert.equal(a.tokens.length, 2);
    });

    it('on the monotonic clock', async () => {
      await startLeader();
      resign();
      clock.stepWall(3_600_000);
      await clock.advance(lease - 1);
      assert.equal(holder(), '');
    });

    it('also when its app is found healthy, or healthy again, meanwhile', async () => {
      await startLeader();
      resign();
      await clock.advance(1_000);
      a.elector.stand();
      await clock.advance(1_000);
      a.elector.standAside('the app is unhealthy');
      await clock.advance(1_000);
      a.elector.stand();
      await clock.advance(lease - 3_001);
      assert.equal(holder(), '');
      assert.equal(a.messages.includes('stands for election'), false);
      await clock.advance(1);
      assert.ok(a.elector.isLeader());
    });

    it('for longer, when its app is found unhealthy meanwhile', async () => {
      await startLeader();
      resign();
      await clock.advance(1_000);
      a.elector.standAside('the app is unhealthy');
      await clock.advance(2 * lease);
      a.elector.reconsider();
      await settle();
      assert.equal(holder(), '');
      a.elector.stand();
      await settle();
      assert.ok(a.elector.isLeader());
    });

    it('and says so once', async () => {
      await startLeader();
      resign();
      await clock.advance(1_000);
      assert.deepEqual(a.messages.slice(-3), ['stands aside', 'stopped leading', 'released the lock']);
    });
  });

  describe('while a renewal is in flight', () => {
    it('does not lead again when that succeeds, and releases what it wrote', async () => {
      await startLeader();
      const letGo = holdNextUpdate();
      await clock.advance(renewPeriod);
      const outcome = resign();
      await clock.advance(1_000);
      assert.equal(outcome(), 'pending');
      let saidYes = false;
      a.elector.on('change', () => (saidYes ||= a.elector.isLeader()));
      letGo();
      await settle();
      assert.equal(outcome(), 'released');
      assert.equal(holder(), '');
      assert.ok(!saidYes);
      assert.equal(updates(), 2, 'the renewal and the release');
    });

    it('that succeeds without an answer, reads what it has to release', async () => {
      await startLeader();
      a.lock.watchIsSilent = true;
      a.lock.fault = (verb) => {
        if (verb !== 'update') return undefined;
        reconnect();
        return { lostAnswer: new Error('timeout') };
      };
      await clock.advance(renewPeriod);
      const outcome = resign();
      await clock.advance(retryPeriod);
      assert.deepEqual(a.lock.requests.slice(-4), ['update', 'update', 'get', 'update']);
      assert.equal(outcome(), 'released');
    });

    it('and is frozen until it may stand again, leads by its next write alone', async () => {
      await startLeader();
      const letGo = holdNextUpdate();
      await clock.advance(renewPeriod);
      resign();
      clock.jump(lease);
      let renewed = '';
      a.elector.once('write', () => (renewed = store.object?.resourceVersion ?? ''));
      letGo();
      await settle();
      assert.notEqual(renewed, '');
      assert.equal(a.tokens.length, 2);
      assert.ok(BigInt(a.tokens[1] ?? 0) > BigInt(renewed));
    });
  });

  describe('and cannot release at once', () => {
    it('because the lock changed, reads and releases again', async () => {
      await startLeader();
      let conflicts = 0;
      a.lock.fault = (verb) => {
        if (verb !== 'update' || conflicts === 1) return undefined;
        conflicts += 1;
        return { error: new ConflictError('modified') };
      };
      const outcome = resign();
      await settle();
      assert.deepEqual(a.lock.requests.slice(-3), ['update', 'get', 'update']);
      assert.equal(outcome(), 'released');
    });

    it('because the API server is away, says so after two retryPeriods, and the no stays', async () => {
      await startLeader();
      cutOff();
      const outcome = resign();
      await clock.advance(2 * retryPeriod - 1);
      assert.equal(outcome(), 'pending');
      await clock.advance(1);
      assert.ok(outcome() instanceof UnconfirmedReleaseError);
      assert.match(String(outcome()), /: a has stopped leading, but the release .* not be confirmed/);
      assert.equal(a.elector.isLeader(), false);
      assert.equal(holder(), 'a');
    });

    it('releases as soon as the API server is back', async () => {
      await startLeader();
      const b = await start(store, clock, 'b');
      cutOff();
      resign();
      await clock.advance(2 * retryPeriod);
      reconnect();
      await clock.advance(retryPeriod);
      assert.ok(b.elector.isLeader());
    });

    it('leads again after one lease, when nobody else took the lock', async () => {
      await startLeader();
      cutOff();
      resign();
      await clock.advance(lease - 1);
      reconnect();
      assert.equal(a.elector.isLeader(), false);
      await clock.advance(retryPeriod);
      assert.equal(a.tokens.length, 2);
    });

    it('takes what the watch shows for confirmation, when the answer was lost', async () => {
      await startLeader();
      a.lock.fault = () => ({ lostAnswer: new Error('timeout') });
      const outcome = resign();
      await settle();
      assert.equal(outcome(), 'released');
    });

    it('because the lock is gone, does not take a lock that another puts back, as held, for released', async () => {
      await startLeader();
      await start(store, clock, 'b');
      cutOff();
      store.remove();
      const outcome = resign();
      await clock.advance(retryPeriod);
      assert.equal(holder(), 'a');
      await clock.advance(retryPeriod);
      assert.ok(outcome() instanceof UnconfirmedReleaseError);
    });

    it('does not wait for longer than 10 s, however long the lease', async () => {
      await startLeader({ leaseDuration: 86_400 });
      cutOff();
      const outcome = resign();
      await clock.advance(10_000);
      assert.ok(outcome() instanceof UnconfirmedReleaseError);
    });
  });

  describe('and is stopped', () => {
    it('releases, and tells so before it ends', async () => {
      await startLeader();
      const order: string[] = [];
      void a.elector.resign().then(() => order.push('released'));
      void a.ended.then(() => order.push('ended'));
      a.stop();
      await settle();
      assert.deepEqual(order, ['released', 'ended']);
      assert.equal(holder(), '');
    });

    it('with nothing left to release, tells at once that it cannot know', async () => {
      await startLeader();
      cutOff();
      store.remove();
      const outcome = resign();
      a.stop();
      await settle();
      assert.ok(a.hasEnded);
      assert.ok(outcome() instanceof UnconfirmedReleaseError);
    });

    it('leaves no timer behind', async () => {
      await startLeader();
      resign();
      a.stop();
      await a.ended;
      assert.equal(clock.timers, 0);
    });
  });

  describe('is refused', () => {
    const isRefused = async (candidate = a) => {
      const before = candidate.messages.length;
      await assert.rejects(
        candidate.elector.resign(),
        (error) => error instanceof NotLeadingError && / does not lead$/.test(error.message),
      );
      assert.equal(candidate.messages.slice(before).includes('stands aside'), false);
    };

    it('as a standby, which stands on', async () => {
      await startLeader();
      const b = await start(store, clock, 'b');
      await isRefused(b);
      resign();
      await settle();
      assert.ok(b.elector.isLeader());
    });

    it('as a leader whose right has run out, who may have been asked before that', async () => {
      await startLeader();
      clock.jump(renewDeadline);
      await isRefused();
      await clock.advance(0);
      assert.ok(a.elector.isLeader(), 'it stands on');
    });

    it('the second time', async () => {
      await startLeader();
      cutOff();
      const first = resign();
      await isRefused();
      assert.equal(first(), 'pending');
      reconnect();
      await clock.advance(retryPeriod);
      assert.equal(first(), 'released');
    });

    it('once it has been stopped, and its promise is kept', async () => {
      await startLeader();
      a.elector.status();
      a.stop();
      await isRefused();
      assert.equal(a.hasEnded, false);
    });
  });
});
