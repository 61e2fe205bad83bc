import type { LeaderElectionConfig } from '../../src/election/leader-election-config.ts';
import { LeaderElector } from '../../src/election/leader-elector.ts';
import type { FakeClock } from '../../../base/testing/fake-clock.ts';
import { settle } from '../../../base/testing/fake-clock.ts';
import { FaultyLock } from './faulty-lock.ts';
import { type LockStore } from '../../src/testing/lock-store.ts';

/** A candidate with a 15 s lease (10 s renewDeadline, 5 s from renewal to renewal, 2 s retryPeriod) on a fake clock, and what happened to it. */
export interface Candidate {
  readonly elector: LeaderElector;
  readonly lock: FaultyLock;
  /** The fencing tokens of its terms, in order. */
  readonly tokens: string[];
  /** The leaders it was told of, in order. */
  readonly leaders: string[];
  /** What it logged. */
  readonly messages: string[];
  /** Stops it; settled once `run` has returned. */
  stop(): void;
  readonly ended: Promise<void>;
  readonly hasEnded: boolean;
}

export const lease = 15_000;
export const renewDeadline = 10_000;
export const renewPeriod = 5_000;
export const retryPeriod = 2_000;

/** Starts a candidate; its pod's uid is `<identity>-uid` unless given. */
export async function start(
  store: LockStore,
  clock: FakeClock,
  identity: string,
  config: Partial<LeaderElectionConfig> = {},
  prepare: (lock: FaultyLock) => void = () => {},
): Promise<Candidate> {
  const lock = new FaultyLock(store);
  prepare(lock);
  const tokens: string[] = [];
  const leaders: string[] = [];
  const messages: string[] = [];
  const elector = new LeaderElector({
    lock,
    identity,
    uid: `${identity}-uid`,
    leaseDuration: lease / 1000,
    clock,
    random: () => 0,
    onNewLeader: (leader) => leaders.push(leader),
    log: {
      info(message, fields) {
        messages.push(message);
        if (message === 'successfully acquired lease') tokens.push(String(fields?.['fencingToken']));
      },
      warn: (message) => messages.push(message),
      error: (message) => messages.push(message),
    },
    ...config,
  });
  const stopping = new AbortController();
  let hasEnded = false;
  const ended = elector.run(stopping.signal).finally(() => (hasEnded = true));
  ended.catch(() => {});
  await settle();
  return {
    elector,
    lock,
    tokens,
    leaders,
    messages,
    ended,
    stop: () => stopping.abort(),
    get hasEnded() {
      return hasEnded;
    },
  };
}
