import assert from 'node:assert/strict';
import { durationsOf } from '../../src/election/leader-election-config.ts';
import { nextStep, type Step, type View } from '../../src/election/next-step.ts';

const durations = durationsOf({ leaseDuration: 15 });
const { leaseDurationMs, renewDeadlineMs, renewPeriodMs, retryPeriodMs } = durations;
const now = 1_000_000;
const later = now + 5000;

/** A candidate that has seen a free lock a moment ago, and has done nothing yet. */
const standby: View = {
  durations,
  isStopping: false,
  isAside: false,
  resignedUntil: -Infinity,
  hasRight: false,
  grantedUntil: -Infinity,
  nobodyActs: () => false,
  isWorking: false,
  drainsUntil: -Infinity,
  releasesOnCancel: true,
  locks: {
    areObserved: true,
    areMine: false,
    haveVanished: false,
    goneSince: null,
    availableAt: now,
    areAnothersTurn: false,
    mineSince: -Infinity,
    mineUntil: -Infinity,
  },
  kept: 'none',
  requests: {
    mustRead: false,
    retryAt: -Infinity,
    triedAt: -Infinity,
    heldAt: -Infinity,
    wasUnchanged: false,
    heldSince: -Infinity,
    contestDelayMs: 0,
  },
  otherLock: null,
};
const locks = (given: Partial<View['locks']>) => ({ locks: { ...standby.locks, ...given } });

/** One that wrote the lock as held a moment ago, and leads. */
const leader: View = {
  ...standby,
  hasRight: true,
  ...locks({ areMine: true, availableAt: -Infinity, mineUntil: now + leaseDurationMs }),
  kept: 'held',
  requests: { ...standby.requests, heldAt: now, heldSince: now },
};
const requests = (given: Partial<View['requests']>) => ({ requests: { ...leader.requests, ...given } });
/** It was told to end a moment ago: its right has ended, and the lock is still its own. */
const stopped: View = { ...leader, hasRight: false, isStopping: true };
/** As that, and its `onStartedLeading` goes on. */
const draining: View = { ...stopped, isWorking: true, drainsUntil: Infinity };

const sleepUntil = (until: number): Step => ({ kind: 'sleep', until });
const at = (kind: Exclude<Step['kind'], 'sleep'>): Step => ({ kind });

const cases: Record<string, readonly (readonly [says: string, view: View, step: Step])[]> = {
  'A candidate that stands': [
    [
      'waits until the lock has been observed',
      { ...standby, ...locks({ areObserved: false }) },
      sleepUntil(Infinity),
    ],
    ['acquires what is free', standby, at('acquire or renew')],
    [
      'contests it after a delay of its own',
      { ...standby, ...requests({ contestDelayMs: 4, heldAt: -Infinity, heldSince: -Infinity }) },
      sleepUntil(now + 4),
    ],
    [
      'gives whom the former leader named a head start of one retryPeriod',
      { ...standby, ...locks({ areAnothersTurn: true }) },
      sleepUntil(now + retryPeriodMs),
    ],
    [
      'acquires what is free still after that',
      { ...standby, ...locks({ availableAt: now - retryPeriodMs, areAnothersTurn: true }) },
      at('acquire or renew'),
    ],
    [
      'waits out what another holds (rule 2)',
      { ...standby, ...locks({ availableAt: later }) },
      sleepUntil(later),
    ],
    ['reads after a conflict (rule 1)', { ...leader, ...requests({ mustRead: true }) }, at('read')],
    [
      'puts back what is gone, after one retryPeriod (rule 3)',
      { ...standby, ...locks({ goneSince: now, haveVanished: true, availableAt: later }) },
      sleepUntil(now + retryPeriodMs),
    ],
    [
      'puts it back then (rule 3)',
      { ...standby, ...locks({ goneSince: now - retryPeriodMs, haveVanished: true, availableAt: later }) },
      at('restore'),
    ],
    [
      'makes a request that failed again after a pause',
      { ...standby, requests: { ...standby.requests, retryAt: later, triedAt: now } },
      sleepUntil(later),
    ],
    [
      'writes at once what it held before a restart (rule 7)',
      { ...leader, hasRight: false, requests: standby.requests },
      at('acquire or renew'),
    ],
    [
      'waits out the holder before it, whose claim it wrote over unknowingly (rule 3)',
      { ...leader, hasRight: false, ...locks({ areMine: true, availableAt: later }) },
      sleepUntil(later),
    ],
    [
      'does not while onStartedLeading of an earlier term goes on (rule 6)',
      { ...standby, isWorking: true },
      sleepUntil(Infinity),
    ],
  ],
  'A leader': [
    ['renews every renewPeriod', leader, sleepUntil(now + renewPeriodMs)],
    ['renews then', { ...leader, ...requests({ heldAt: now - renewPeriodMs }) }, at('acquire or renew')],
    [
      'writes again what changed nothing as soon as it would (rule 4)',
      { ...leader, ...requests({ wasUnchanged: true }) },
      sleepUntil(now + 1000),
    ],
    [
      'writes a lock that vanished again at once (rule 3)',
      { ...leader, ...locks({ areMine: true, haveVanished: true, goneSince: now }) },
      at('acquire or renew'),
    ],
    [
      'tries once more before its right ends, whatever it was asked to wait',
      {
        ...leader,
        ...requests({
          heldAt: now - renewPeriodMs,
          heldSince: now - renewPeriodMs,
          triedAt: now,
          retryAt: now + 60_000,
        }),
      },
      sleepUntil(now - renewPeriodMs + renewDeadlineMs - retryPeriodMs),
    ],
    [
      'waits for as long as it was asked to when it has done so',
      {
        ...leader,
        ...requests({
          heldAt: now - renewPeriodMs,
          heldSince: now - renewDeadlineMs,
          triedAt: now,
          retryAt: later,
        }),
      },
      sleepUntil(later),
    ],
    [
      'does not mind who leads by the other lock',
      { ...leader, otherLock: { isLive: true, readAgainAt: now } },
      sleepUntil(now + renewPeriodMs),
    ],
  ],
  'A leader that stops (rule 6)': [
    ['waits until what it granted has run out', { ...stopped, grantedUntil: later }, sleepUntil(later)],
    ['releases then', { ...stopped, grantedUntil: now }, at('release')],
    [
      'waits until nobody can lead who held the lock before it went back (rule 3)',
      {
        ...stopped,
        nobodyActs: () => true,
        ...locks({ areMine: true, mineSince: later, mineUntil: now + leaseDurationMs }),
      },
      sleepUntil(later),
    ],
    [
      'releases at once where nobody acts',
      { ...stopped, grantedUntil: later, nobodyActs: () => true },
      at('release'),
    ],
    ['reads first, after a conflict', { ...stopped, ...requests({ mustRead: true }) }, at('read')],
    [
      'ends where it must not release',
      { ...stopped, grantedUntil: later, releasesOnCancel: false },
      at('end'),
    ],
    ['ends when the lock is not its own', { ...stopped, ...locks({}) }, at('end')],
    [
      'ends when the lease has run out',
      { ...stopped, grantedUntil: later, ...locks({ areMine: true, mineUntil: now }) },
      at('end'),
    ],
    ['keeps the lock renewed while its work drains', draining, sleepUntil(now + renewPeriodMs)],
    ['renews it then', { ...draining, ...requests({ heldAt: now - renewPeriodMs }) }, at('drain')],
    ['writes it again at once when it has vanished', { ...draining, kept: 'vanished' }, at('drain')],
    [
      'reads first, after a conflict, while it drains',
      { ...draining, ...requests({ heldAt: now - renewPeriodMs, mustRead: true }) },
      at('read'),
    ],
    [
      'waits for its work where it has lost the lock',
      { ...draining, kept: 'none', drainsUntil: later },
      sleepUntil(later),
    ],
    ['drains no longer than drainTimeout', { ...draining, drainsUntil: now + 1 }, sleepUntil(now + 1)],
    [
      'waits for the last grant once that is over',
      { ...draining, drainsUntil: now, grantedUntil: later },
      sleepUntil(later),
    ],
    [
      'tries once more before others may take the lock, whatever it was asked to wait',
      { ...draining, ...requests({ heldAt: now - renewPeriodMs, triedAt: now, retryAt: now + 60_000 }) },
      sleepUntil(now + leaseDurationMs - retryPeriodMs),
    ],
  ],
  'A candidate that does not stand': [
    ['sleeps until it is told otherwise', { ...standby, isAside: true }, sleepUntil(Infinity)],
    ['stands again a while after it resigned', { ...standby, resignedUntil: later }, sleepUntil(later)],
    [
      'but not where it was told not to',
      { ...standby, isAside: true, resignedUntil: later },
      sleepUntil(Infinity),
    ],
    [
      'releases what it resigned, even if it would not when it stops',
      { ...stopped, isStopping: false, releasesOnCancel: false, resignedUntil: later },
      at('release'),
    ],
    ['ends when it is told to', { ...standby, isStopping: true }, at('end')],
    [
      'reads the other lock, by which somebody leads, when it is time',
      { ...standby, otherLock: { isLive: true, readAgainAt: now } },
      at('read other'),
    ],
    ['waits for that', { ...standby, otherLock: { isLive: true, readAgainAt: later } }, sleepUntil(later)],
    [
      'looks at the other lock again while what it granted runs out: it may lead on',
      {
        ...stopped,
        isStopping: false,
        grantedUntil: later,
        otherLock: { isLive: true, readAgainAt: now + 1 },
      },
      sleepUntil(now + 1),
    ],
    [
      'but not when it is to end',
      { ...stopped, grantedUntil: later, otherLock: { isLive: true, readAgainAt: now + 1 } },
      sleepUntil(later),
    ],
  ],
};

describe('The next step', () => {
  for (const [who, rows] of Object.entries(cases)) {
    describe(who, () => {
      for (const [says, view, step] of rows) {
        it(says, () => assert.deepEqual(nextStep(view, now), step));
      }
    });
  }
});
