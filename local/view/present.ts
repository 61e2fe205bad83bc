import { duration } from '../duration.ts';
import { shortName } from '../story/words.ts';
import { leaseLeftMs, type LockInStory, type Story } from '../story/story.ts';

/** How things are at the moment `now` of the monotonic clock, and what comes next, in a sentence or two. */
export function present(story: Story, now: number): string {
  const { lock } = story;
  if (lock === null) return 'Nobody leads yet: the first to write its name into the lock will.';
  if (lock.isDeleted) return 'Somebody deleted the lock. It counts as held, and is put back.';
  if (lock.holder === '')
    return `${formerLeader(story)} released the lock: another leads as soon as it has written its name.`;
  const left = leaseLeftMs(lock, now);
  const holder = shortName(lock.holder);
  if (left === 0)
    return `The lease of ${holder} has run out: the first to write its name into the lock leads.`;
  return troubled(story, holder, left) ?? untroubled(story, lock, now);
}

/** What is to be said while something is known to have befallen the leader. */
function troubled({ trouble, frozen, lock }: Story, holder: string, leftMs: number): string | null {
  const left = seconds(leftMs);
  if (frozen !== null && frozen.pod === lock?.holder)
    return `You froze ${holder}. The others cannot tell frozen from slow, so none of them may take over. They wait until its lease has run out: ${left}`;
  if (trouble?.what === 'was deleted')
    return `${holder} is about to end: it acts no more, and keeps the lock only until nobody can act on its word. At the latest the lease runs out: ${left}`;
  if (trouble?.what === 'crashed')
    return trouble.isOver
      ? `${holder} is back after its crash: the lock has its name still, so it may go on at once.`
      : `${holder} crashed before it could release the lock. Unless it is back sooner, the others wait until its lease has run out: ${left}`;
  return null;
}

function untroubled(story: Story, lock: LockInStory, now: number): string {
  const holder = shortName(lock.holder);
  const silentMs = now - lock.changedAt;
  // A leader renews every third of its lease.
  if (silentMs > lock.leaseMs / 2)
    return `${holder} has not renewed its lease for ${seconds(silentMs)}. Crashed, frozen or slow: nobody can tell from outside. Its lease runs out in ${seconds(lock.leaseMs - silentMs)}`;
  const renews = `${holder} leads: it alone may act. It renews its lease every ${duration(lock.leaseMs / 3)}, and nobody takes over while it does.`;
  return story.frozen === null
    ? renews
    : `${holder} leads. ${shortName(story.frozen.pod)} is frozen still, and does not know that it was replaced: thaw it (f), and see what it says.`;
}

function formerLeader({ leader }: Story): string {
  return leader === null ? 'Somebody' : shortName(leader);
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
