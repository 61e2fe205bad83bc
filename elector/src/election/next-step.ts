import type { Durations } from './leader-election-config.ts';
import { recordResolutionMs } from './leader-election-record.ts';

/**
 * What a candidate knows at one moment. Times are milliseconds on its monotonic clock; -Infinity is long ago, Infinity never.
 */
export interface View {
  readonly durations: Durations;
  /** It was told to end. */
  readonly isStopping: boolean;
  /** It was told not to stand, until it is told otherwise. */
  readonly isAside: boolean;
  /** It resigned, and does not stand before this time. */
  readonly resignedUntil: number;
  /** Whether it may say "I lead" (rules 4, 5). */
  readonly hasRight: boolean;
  /** When the last "yes" that it gave out runs out. */
  readonly grantedUntil: number;
  /** Whether it is known that nobody acts on a "yes" any more, whenever that runs out (rule 6). Asked only where that matters. */
  readonly nobodyActs: () => boolean;
  /** Whether a term's `onStartedLeading` has not settled. */
  readonly isWorking: boolean;
  /** Until when that is waited for once the term is over. */
  readonly drainsUntil: number;
  /** Whether it hands the lock over when it stops, or stands aside. */
  readonly releasesOnCancel: boolean;
  readonly locks: {
    readonly areObserved: boolean;
    /** Whether this candidate holds all of them. */
    readonly areMine: boolean;
    /** Whether the object or the record of one is gone although somebody held it. */
    readonly haveVanished: boolean;
    /** Since when the object of one is gone; null where none is. */
    readonly goneSince: number | null;
    /** From when on it may write them, and lead by that (rules 2, 3). */
    readonly availableAt: number;
    /** Whether whoever released them named another candidate to follow. */
    readonly areAnothersTurn: boolean;
    /** From when on nobody else can still lead by those that this candidate holds (rule 3). */
    readonly mineSince: number;
    /** Until when the others wait for those that this candidate holds. */
    readonly mineUntil: number;
  };
  /** The state of those that it keeps while it drains: those it holds, and what of that has vanished a moment ago. */
  readonly kept: 'none' | 'held' | 'vanished';
  readonly requests: {
    /** A write met a conflict. */
    readonly mustRead: boolean;
    /** A request that failed is not made again before this time. */
    readonly retryAt: number;
    /** When that request was made. */
    readonly triedAt: number;
    /** When the locks were last written as held, and whether that left one of them as it was. */
    readonly heldAt: number;
    readonly wasUnchanged: boolean;
    /** When the last write that made the locks its own was sent: others may take them a lease after that. */
    readonly heldSince: number;
    readonly contestDelayMs: number;
  };
  /** The lock that this candidate does not use; null where there is none. */
  readonly otherLock: {
    /** Whether somebody may lead by it. */
    readonly isLive: boolean;
    readonly readAgainAt: number;
  } | null;
}

/** A request to the API server, by what it is for. */
type RequestKind = 'read' | 'read other' | 'acquire or renew' | 'restore' | 'drain' | 'release';

/** What a candidate does next. Whatever happens ends a sleep before its time. */
export type Step =
  { readonly kind: RequestKind | 'end' } | { readonly kind: 'sleep'; readonly until: number };

/** What to do at the time `now`. The only place that chooses a request; the rules are those of docs/safety.md. */
export function nextStep(view: View, now: number): Step {
  if (stands(view, now) && !isBarred(view)) return lead(view, now);
  if (drains(view, now)) return drain(view, now);
  const release = releaseOnceSafe(view, now);
  if (release === null) return waitToStand(view, now);
  // Until what was granted has run out, the reason not to stand may go: then this candidate leads on.
  return release.kind === 'sleep' && !view.isStopping ? earlier(waitToStand(view, now), release) : release;
}

/** Whether it wants to lead. No term begins beside what an earlier one has left at work. */
export function stands(view: View, now: number): boolean {
  const isWorkLeftOver = view.isWorking && !view.hasRight;
  return !view.isStopping && !view.isAside && now >= view.resignedUntil && !isWorkLeftOver;
}

/** Whether it wants to lead, and does not stand for the sake of what an earlier term has left at work alone. */
export function isHeldUp(view: View, now: number): boolean {
  return !stands(view, now) && stands({ ...view, isWorking: false }, now);
}

/** Whether somebody may lead by the lock that this candidate does not use. */
export function isBarred({ hasRight, otherLock }: Pick<View, 'hasRight' | 'otherLock'>): boolean {
  return !hasRight && otherLock?.isLive === true;
}

/** Its term is over, and what it did as leader may go on (rule 6). */
function drains({ hasRight, drainsUntil }: View, now: number): boolean {
  return !hasRight && drainsUntil > now;
}

/** Acquires the lock, or renews it; reads after a conflict (rule 1). */
function lead(view: View, now: number): Step {
  const { durations, hasRight, locks, requests } = view;
  if (!locks.areObserved) return sleep(Infinity);
  if (requests.mustRead) return onceAllowed('read', -Infinity, view, now);
  // Rule 3: it is put back as held; its next write is conditional then.
  if (locks.goneSince !== null && !hasRight) {
    return onceAllowed('restore', locks.goneSince + durations.retryPeriodMs, view, now);
  }
  return onceAllowed('acquire or renew', writeAt(view), view, now);
}

function writeAt(view: View): number {
  const { durations, hasRight, locks, requests } = view;
  // Rule 3: who holds the right at this moment may write the lock again at once; nobody else can have acquired it.
  if (hasRight && locks.haveVanished) return -Infinity;
  // Rule 2: what another holds is waited out.
  if (!locks.areMine) return locks.availableAt + requests.contestDelayMs + headStartMs(view);
  const periodMs = hasRight ? durations.renewPeriodMs : durations.retryPeriodMs;
  return Math.max(locks.availableAt, renewAt(view, periodMs));
}

/** A hint that is wrong costs one retryPeriod, and nothing else. */
function headStartMs({ durations, locks }: View): number {
  return locks.areAnothersTurn ? durations.retryPeriodMs : 0;
}

/** At once after a restart, when this process has written nothing yet (rule 7); what changed nothing is written again once it would. */
function renewAt({ durations, requests }: View, periodMs: number): number {
  const soonMs = Math.min(recordResolutionMs, durations.retryPeriodMs);
  return requests.heldAt + (requests.wasUnchanged ? soonMs : periodMs);
}

/** Rule 6: the answer is "no" already, and the lock is kept for as long as what a leader does may go on. */
function drain(view: View, now: number): Step {
  const { durations, kept, requests, drainsUntil } = view;
  if (kept === 'none') return sleep(drainsUntil);
  const time = kept === 'vanished' ? -Infinity : renewAt(view, durations.renewPeriodMs);
  return earlier(onceAllowed(requests.mustRead ? 'read' : 'drain', time, view, now), sleep(drainsUntil));
}

/** Rule 6: the answer is "no" already; what is held is released once nobody can act on an earlier "yes". Null: there is nothing to do. */
function releaseOnceSafe(view: View, now: number): Step | null {
  const mayRelease = view.releasesOnCancel || now < view.resignedUntil;
  if (!mayRelease || view.locks.mineUntil <= now) return null;
  // Rule 3: whoever held the lock before it went back may still lead, and would not be waited for.
  const safeAt = Math.max(view.locks.mineSince, view.nobodyActs() ? -Infinity : view.grantedUntil);
  return onceAllowed(view.requests.mustRead ? 'read' : 'release', safeAt, view, now);
}

function waitToStand(view: View, now: number): Step {
  if (view.isStopping) return { kind: 'end' };
  if (isBarred(view)) return onceAllowed('read other', view.otherLock?.readAgainAt ?? Infinity, view, now);
  return sleep(!view.isAside && now < view.resignedUntil ? view.resignedUntil : Infinity);
}

/** Makes the request at `time`, or when one that failed may be made again. */
function onceAllowed(request: RequestKind, time: number, view: View, now: number): Step {
  const until = Math.max(time, retryAt(view, now));
  return until <= now ? { kind: request } : sleep(until);
}

/**
 * Who keeps the lock, and was asked to wait for too long for that, tries once more before it is too late: a leader before its right ends,
 * who drains before others may take the lock.
 */
function retryAt(view: View, now: number): number {
  const { durations, hasRight, requests } = view;
  if (!hasRight && !drains(view, now)) return requests.retryAt;
  const lostAt = requests.heldSince + (hasRight ? durations.renewDeadlineMs : durations.leaseDurationMs);
  const lastTryAt = lostAt - durations.retryPeriodMs;
  return requests.triedAt < lastTryAt ? Math.min(requests.retryAt, lastTryAt) : requests.retryAt;
}

function earlier(step: Step, other: Extract<Step, { kind: 'sleep' }>): Step {
  return step.kind !== 'sleep' || step.until < other.until ? step : other;
}

function sleep(until: number): Extract<Step, { kind: 'sleep' }> {
  return { kind: 'sleep', until };
}
