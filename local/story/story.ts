import type { Instant } from '../../base/clock.ts';
import type { LockAsSeen, PodAsSeen } from './events.ts';
import type { Happening, StoryEntry, Trouble } from './entries.ts';

/** A pod in the story. Times are of the monotonic clock, in milliseconds. */
export interface PodInStory extends PodAsSeen {
  /** `starting`, `ready`, `not ready`, `Terminating`, or what is wrong in kubectl's words, such as `CrashLoopBackOff`. */
  readonly condition: string;
  /** Since when it is in this condition; or, where that was later, has gone on after it was frozen, or no longer leads. */
  readonly since: number;
}

export interface LockInStory extends LockAsSeen {
  /** When it last changed, on the monotonic clock. */
  readonly changedAt: number;
  readonly isDeleted: boolean;
}

/** A pod that was frozen, and is so until each process that it had then has ended. */
export interface FrozenPod {
  readonly pod: string;
  /** Since when, on the monotonic clock. */
  readonly since: number;
  /** How often each of its containers had ended by then. */
  readonly ends: ReadonlyMap<string, number>;
}

/** All that is known of an election from outside, by the lock and the pods alone: who leads, since when, and what happened. */
export interface Story {
  readonly pods: ReadonlyMap<string, PodInStory>;
  /** Null before the first. */
  readonly lock: LockInStory | null;
  /** Who holds the lock, or held it last; null before the first. */
  readonly leader: string | null;
  /** Since when it leads, on the monotonic clock. */
  readonly leadsSince: number;
  /** What befell it in this term. */
  readonly trouble: Trouble | null;
  readonly frozen: FrozenPod | null;
  /** What happened, the latest last; of a long story the end. */
  readonly entries: readonly StoryEntry[];
}

/** The story before anything is seen. */
export const untold: Story = {
  pods: new Map(),
  lock: null,
  leader: null,
  leadsSince: 0,
  trouble: null,
  frozen: null,
  entries: [],
};

const mostEntries = 200;

/** The story with one more line. */
export function withEntry(story: Story, happening: Happening, at: Instant): Story {
  const number = (story.entries.at(-1)?.number ?? 0) + 1;
  return { ...story, entries: [...story.entries, { ...happening, number, at }].slice(-mostEntries) };
}

/**
 * How long, in milliseconds, until the others may take a lock unless it is renewed; 0 where they may. `now` is of the monotonic clock.
 * They count from when they saw the last renewal (rule 2 in docs/safety.md), which here is seen at the same moment.
 */
export function leaseLeftMs({ holder, leaseMs, changedAt }: LockInStory, now: number): number {
  return holder === '' ? 0 : Math.max(0, leaseMs - (now - changedAt));
}

/** The pods of a story, where this one does something else from now on, in the same condition. */
export function withChange({ pods }: Story, name: string, at: Instant): Story['pods'] {
  const pod = pods.get(name);
  return pod === undefined ? pods : new Map(pods).set(name, { ...pod, since: at.monotonic });
}
