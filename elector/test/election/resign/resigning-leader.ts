import assert from 'node:assert/strict';
import type { LeaderElectionConfig } from '../../../src/election/leader-election-config.ts';
import { start, type Candidate } from '../candidate.ts';
import type { LockStore } from '../../../src/testing/lock-store.ts';
import { deferred } from '../../../../base/testing/deferred.ts';
import type { FakeClock } from '../../../../base/testing/fake-clock.ts';

/** How a resignation went so far. */
type Outcome = 'pending' | 'released' | Error;

/** Starts the candidate `a`, which leads at once. */
export async function startLeader(
  store: LockStore,
  clock: FakeClock,
  config: Partial<LeaderElectionConfig> = {},
): Promise<Candidate> {
  const a = await start(store, clock, 'a', config);
  await clock.advance(0);
  assert.ok(a.elector.isLeader());
  return a;
}

/** Lets the leader resign. Returns what tells how it went so far. */
export function resign({ elector }: Candidate): () => Outcome {
  let outcome: Outcome = 'pending';
  elector.resign().then(
    () => (outcome = 'released'),
    (error: unknown) => (outcome = error as Error),
  );
  return () => outcome;
}

/** Every request of the candidate fails from now on. */
export function cutOff({ lock }: Candidate): void {
  lock.fault = () => ({ error: new Error('connect ECONNREFUSED') });
}

/** Its requests pass again. */
export function reconnect({ lock }: Candidate): void {
  lock.fault = () => undefined;
}

/** Holds its next update until what this returns is called. */
export function holdNextUpdate(candidate: Candidate): () => void {
  const { promise, resolve } = deferred();
  candidate.lock.fault = (verb) => {
    if (verb !== 'update') return undefined;
    reconnect(candidate);
    return { heldUntil: promise };
  };
  return resolve;
}
