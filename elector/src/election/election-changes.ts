import { systemClock } from '../../../base/clock.ts';
import type { ElectionStatus } from './election-status.ts';
import { Wakeup } from './wakeup.ts';

/** Whose status is followed. It emits `change` whenever that may be another, and when it has stopped. */
interface Followed {
  readonly hasStopped: boolean;
  status(): ElectionStatus;
  on(event: 'change', listener: () => void): unknown;
  off(event: 'change', listener: () => void): unknown;
}

/** The present status, and each that differs from the one told before; see `LeaderElector.changes()`. */
export async function* electionChanges(
  elector: Followed,
  signal?: AbortSignal,
): AsyncGenerator<ElectionStatus, void, void> {
  const wakeup = new Wakeup(systemClock);
  const onChange = () => wakeup.notify();
  elector.on('change', onChange);
  signal?.addEventListener('abort', onChange);
  try {
    let told: ElectionStatus | null = null;
    while (!signal?.aborted) {
      const isLast = elector.hasStopped; // asked before the status, which then is the last one
      const status = elector.status();
      if (told === null || !saysTheSame(told, status)) yield (told = status);
      if (isLast) return;
      await wakeup.sleepUntil(Infinity);
    }
  } finally {
    elector.off('change', onChange);
    signal?.removeEventListener('abort', onChange);
  }
}

/** `validForMs` aside, which differs whenever it is asked for. */
function saysTheSame(a: ElectionStatus, b: ElectionStatus): boolean {
  return (
    a.name === b.name &&
    a.isLeader === b.isLeader &&
    a.leaderTransitions === b.leaderTransitions &&
    a.fencingToken === b.fencingToken
  );
}
