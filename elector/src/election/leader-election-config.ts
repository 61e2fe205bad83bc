import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { inspect } from 'node:util';
import type { Clock } from '../../../base/clock.ts';
import type { OnStartedLeading } from './leading-work.ts';
import type { LogTarget } from './log-target.ts';
import type { MultiLock } from './multi-lock.ts';
import type { ResourceLock } from './resource-lock.ts';
import type { FindSuccessor } from './successor.ts';

/** What a candidate is told, in client-go's words. Durations are seconds. */
export interface LeaderElectionConfig {
  /** The lock that all candidates compete for. */
  readonly lock: ResourceLock | MultiLock;
  /**
   * The lock that others of this election may use instead, in a fleet that is being moved from one lock to another. This candidate
   * does not stand while somebody leads by that one who does not hold `lock` as well. Default: there is none.
   */
  readonly otherLock?: ResourceLock;
  /**
   * This candidate's name in the record, and what the others name while it leads. It must belong to this process alone: two processes
   * with the same `identity` and `uid` may both lead (rule 7). Default: the hostname and a random suffix.
   */
  readonly identity?: string;
  /**
   * Tells this candidate from another that has, or had, the same name. Give one, such as the pod's uid, together with `identity` only
   * to let a process that was restarted lead on without waiting for its earlier lease. Default: a random one.
   */
  readonly uid?: string;
  /**
   * How long the others wait, without seeing a change, before they take the lock. Whole seconds, 3 to 86400; whole thousands are taken
   * for milliseconds, and refused, but for whole hours.
   */
  readonly leaseDuration: number;
  /**
   * How long after a successful renewal was sent this candidate may still say that it leads; at most 2/3 of leaseDuration. It renews twice
   * as often, and no request takes longer.
   */
  readonly renewDeadline?: number;
  /**
   * The time between two tries after a failure, and until a request without an answer is made again beside itself; at most 1/2 of
   * renewDeadline.
   */
  readonly retryPeriod?: number;
  /** Whether a candidate that stops, or stands aside, hands the lock over as soon as that is safe (rule 6). Default true. */
  readonly releaseOnCancel?: boolean;
  /**
   * Called when a term begins. `signal` aborts when it has ended: a notice, while `isLeader()` is the truth. The lock is kept, and
   * renewed, and no new term begins, before the promise has settled: until then this candidate drains, and `run()` does not end.
   *
   * Once it has settled it speaks for all who act on this candidate's answers (rule 6): the candidate leads on, but when it stops the lock is
   * handed over at once, whatever "yes" `isLeader()` or `status()` gave elsewhere.
   */
  readonly onStartedLeading?: OnStartedLeading;
  /**
   * For how many seconds after its term `onStartedLeading`, and what `whileLeading()` runs, is waited for; 0 or more. After that the lock is
   * handed over although it has not settled, once the right has run out as it was last renewed (rule 6). Default: without bound.
   */
  readonly drainTimeout?: number;
  /**
   * Which candidate should follow this one, by its identity; null: whoever is first. Asked when the lock is released, which does not wait
   * for it for longer than 200 ms. The others give that candidate a head start of one retryPeriod. Default: nobody is named.
   */
  readonly findSuccessor?: FindSuccessor;
  /** Called when a term has ended. */
  readonly onStoppedLeading?: () => void;
  /** Called when another leader is seen, this one included; not called with `""`. */
  readonly onNewLeader?: (identity: string) => void;
  /**
   * Whether whoever acted on this candidate's answers is known to have ended (rule 6). Asked when the lock could be
   * released; call `reconsider()` when the answer changes. Default: it is not known.
   */
  readonly hasAppEnded?: () => boolean;
  /** The clocks and timers to run on, for tests. Default: the process's. */
  readonly clock?: Clock;
  /** Gives numbers from 0 up to 1, exclusive, for tests. Default: `Math.random`. */
  readonly random?: () => number;
  /** Where to tell what happens: `console`, a logger of pino or winston, Nest's `Logger`, or the like. Default: nowhere. */
  readonly log?: LogTarget;
}

/** The lease and what follows from it, in milliseconds. */
export interface Durations {
  readonly leaseDurationMs: number;
  readonly renewDeadlineMs: number;
  /** The time between two renewals that succeed. */
  readonly renewPeriodMs: number;
  /** The time between two tries after a failure. */
  readonly retryPeriodMs: number;
  /** Infinity: without bound. */
  readonly drainTimeoutMs: number;
}

/** Who a candidate is (rule 7). */
export interface Identity {
  readonly identity: string;
  readonly uid: string;
}

/**
 * Who the candidate with this config is. Without a name or a uid it is one that no other process has.
 * @throws RangeError for an empty name or uid
 */
export function identityOf(config: Pick<LeaderElectionConfig, 'identity' | 'uid'>): Identity {
  const { identity = `${hostname()}_${randomUUID()}`, uid = randomUUID() } = config;
  requireNonEmpty('identity', identity);
  requireNonEmpty('uid', uid);
  return { identity, uid };
}

/** @throws RangeError for something that is no lock, as JavaScript lets it through */
export function requireLock(lock: unknown): void {
  if (typeof (lock as Partial<ResourceLock> | null | undefined)?.describe === 'function') return;
  throw new RangeError('lock is none; it must be a LeaseLock, an EndpointsLock or a MultiLock');
}

/** What the elector calls. */
const calledOptions = [
  'onStartedLeading',
  'onStoppedLeading',
  'onNewLeader',
  'findSuccessor',
  'hasAppEnded',
  'random',
] as const satisfies readonly (keyof LeaderElectionConfig)[];

/** @throws RangeError for an option that is to be called, and cannot be */
export function requireFunctions(config: LeaderElectionConfig): void {
  for (const name of calledOptions) {
    const value: unknown = config[name];
    if (value === undefined || typeof value === 'function') continue;
    throw new RangeError(`${name} is ${shown(value)}; it must be a function, or left out`);
  }
}

/** @throws RangeError for something that is no AbortSignal, such as the controller of one */
export function requireSignal(signal: unknown): void {
  // Of whichever realm it is: jsdom, for one, has its own.
  const { aborted, addEventListener } = (signal ?? {}) as Partial<Record<keyof AbortSignal, unknown>>;
  if (typeof aborted === 'boolean' && typeof addEventListener === 'function') return;
  throw new RangeError('signal is no AbortSignal; it must be one, such as new AbortController().signal');
}

/** client-go's proportions: 15 s, 10 s, 2 s. Renewals are as far apart as two of them fit into the deadline. */
const renewDeadlineShare = 2 / 3;
const retryPeriodShare = 2 / 15;
const shortestLease = 3;
const longestLease = 86_400;

/**
 * The durations of a config that can be safe.
 * @throws RangeError that names the setting, its value and what is allowed
 */
export function durationsOf(
  config: Pick<LeaderElectionConfig, 'leaseDuration' | 'renewDeadline' | 'retryPeriod' | 'drainTimeout'>,
): Durations {
  const { leaseDuration } = config;
  for (const name of ['leaseDuration', 'renewDeadline', 'retryPeriod', 'drainTimeout'] as const) {
    requireNumber(name, config[name]);
    refuseMilliseconds(name, config[name]);
  }
  if (!Number.isInteger(leaseDuration) || leaseDuration < shortestLease || leaseDuration > longestLease) {
    throw new RangeError(
      `leaseDuration is ${leaseDuration}; it must be a whole number of seconds from ${shortestLease} to ${longestLease}`,
    );
  }
  const longestDeadline = leaseDuration * renewDeadlineShare;
  const { renewDeadline = longestDeadline, retryPeriod = leaseDuration * retryPeriodShare } = config;
  const { drainTimeout = Infinity } = config;
  requireWithin('renewDeadline', renewDeadline, longestDeadline, '2/3 of leaseDuration');
  requireWithin('retryPeriod', retryPeriod, renewDeadline / 2, '1/2 of renewDeadline');
  if (!(drainTimeout >= 0)) {
    throw new RangeError(`drainTimeout is ${drainTimeout}; it must be 0 or more seconds, or left out`);
  }
  return {
    leaseDurationMs: leaseDuration * 1000,
    renewDeadlineMs: renewDeadline * 1000,
    renewPeriodMs: renewDeadline * 500,
    retryPeriodMs: retryPeriod * 1000,
    drainTimeoutMs: drainTimeout * 1000,
  };
}

/**
 * Elsewhere in JavaScript durations are milliseconds. Of the whole thousands, whole hours alone are likely to be meant as seconds.
 * @throws RangeError for the others
 */
export function refuseMilliseconds(name: string, value = 0): void {
  if (value < 1000 || value % 1000 !== 0 || value % 3600 === 0) return;
  throw new RangeError(`${name} is ${value}; it is in seconds, so ${value} milliseconds are ${value / 1000}`);
}

/** What comes from the environment is text, which JavaScript would calculate with. */
function requireNumber(name: string, value: unknown): void {
  if (value === undefined || typeof value === 'number') return;
  throw new RangeError(`${name} is ${shown(value)}; it must be a number of seconds`);
}

function requireWithin(name: string, value: number, limit: number, limitInWords: string): void {
  if (value > 0 && value <= limit) return;
  throw new RangeError(
    `${name} is ${value}; it must be above 0 and at most ${limit} seconds (${limitInWords})`,
  );
}

// An empty holder in a record says that nobody holds the lock.
function requireNonEmpty(name: string, value: unknown): void {
  if (typeof value === 'string' && value.trim() !== '') return;
  throw new RangeError(`${name} is ${shown(value)}; it must be a text that is not empty, or left out`);
}

function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : inspect(value, { depth: -1 });
}
