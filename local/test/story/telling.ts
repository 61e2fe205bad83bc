import type { LockAsSeen, PodAsSeen, StoryEvent } from '../../story/events.ts';
import type { Happening } from '../../story/entries.ts';
import { storyAfter } from '../../story/story-after.ts';
import { untold, type Story } from '../../story/story.ts';
import { sentence, shortName } from '../../story/words.ts';

const firstWallTime = Date.UTC(2026, 10, 22, 16, 0, 0);

/** What was seen, and at how many milliseconds from the start. */
export type Seen = readonly [atMs: number, event: StoryEvent];

/** The story that these events make. */
export function storyOf(...seen: readonly Seen[]): Story {
  return seen.reduce(
    (story, [atMs, event]) => storyAfter(story, event, { monotonic: atMs, wall: firstWallTime + atMs }),
    untold,
  );
}

/** The lines of a story, but those about what a pod is doing. */
export function lines({ entries }: Story): string[] {
  return entries.filter(({ kind }) => kind !== 'pod').map((entry: Happening) => sentence(entry, shortName));
}

/** A pod that runs and is ready, or differs from that. */
export function pod(name: string, differing: Partial<PodAsSeen> = {}): StoryEvent {
  const containers = ['leader-elector', 'nodejs-le'].map((container) => ({
    name: container,
    ends: 0,
    runs: true,
  }));
  const ready = { status: 'Running', restarts: 0, isReady: true, isStopping: false, hasStarted: true };
  return { type: 'pod', pod: { name, ...ready, containers, ...differing } };
}

/** How often a pod's elector and app have ended, and that both run. */
export function ended(elector: number, app: number, runs = true): Pick<PodAsSeen, 'containers'> {
  return {
    containers: [
      { name: 'leader-elector', ends: elector, runs },
      { name: 'nodejs-le', ends: app, runs },
    ],
  };
}

/** A lock with a lease of 10 seconds. */
export function lock(holder: string, differing: Partial<LockAsSeen> = {}): StoryEvent {
  return { type: 'lock', lock: { holder, leaseMs: 10_000, transitions: 0, release: null, ...differing } };
}
