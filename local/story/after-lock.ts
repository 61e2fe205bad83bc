import type { Instant } from '../../base/clock.ts';
import type { LockAsSeen } from './events.ts';
import type { TermEnd } from './entries.ts';
import { withChange, withEntry, type Story } from './story.ts';

/** The story once the lock has been seen as it is now. */
export function afterLock(story: Story, lock: LockAsSeen, at: Instant): Story {
  const seen = { ...story, lock: { ...lock, changedAt: at.monotonic, isDeleted: false } };
  return lock.holder === '' || leadsOn(story, lock.holder) ? seen : afterNewTerm(seen, story, at);
}

/** The story once the lock is gone. */
export function afterLockDeleted(story: Story, at: Instant): Story {
  if (story.lock === null) return story;
  const lock = { ...story.lock, changedAt: at.monotonic, isDeleted: true };
  return withEntry({ ...story, lock }, { kind: 'lock deleted' }, at);
}

/** Whether it is the leader that holds the lock still, in one term. */
function leadsOn({ leader, lock, trouble }: Story, holder: string): boolean {
  return holder === leader && lock?.holder !== '' && !trouble?.isOver;
}

function afterNewTerm(seen: Story, before: Story, at: Instant): Story {
  const leader = seen.lock?.holder ?? '';
  const { leader: previous, trouble, lock } = before;
  const ended = previous === null ? null : termEnd(before, leader);
  const since = trouble?.at ?? lock?.changedAt ?? at.monotonic;
  const afterMs = previous === null ? 0 : at.monotonic - since;
  const pods = previous === null ? seen.pods : withChange(seen, previous, at);
  const next = { ...seen, pods, leader, leadsSince: at.monotonic, trouble: null };
  return withEntry(next, { kind: 'leads', leader, previous, afterMs, ended }, at);
}

function termEnd({ lock, leader: previous, trouble }: Story, leader: string): TermEnd {
  const isReleased = lock?.holder === '';
  const wasRestarted = trouble?.isOver === true;
  const how = isReleased
    ? 'released'
    : lock?.isDeleted
      ? 'lock deleted'
      : wasRestarted && leader === previous
        ? 'restarted'
        : 'expired';
  return {
    how,
    trouble: trouble?.what ?? null,
    wasRestarted,
    release: lock?.release?.by === previous ? lock.release : null,
  };
}
