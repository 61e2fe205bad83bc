import { now, systemClock } from '../base/clock.ts';
import type { LockKind } from '../base/lock-kinds.ts';
import { labels } from '../infra/names.ts';
import { clientset } from '../cluster/index.ts';
import type { Api } from '../cluster/index.ts';
import { lockAsSeen, lockResources } from './lock.ts';
import { podAsSeen } from './pod-as-seen.ts';
import type { StoryEntry, TermEntry } from './story/entries.ts';
import type { StoryEvent } from './story/events.ts';
import { storyAfter } from './story/story-after.ts';
import { untold, type Story } from './story/story.ts';

/** Watches an election from outside, by the lock and the pods alone: who leads, since when and why. */
export class Leadership {
  readonly #listeners = new Set<(entry: StoryEntry) => void>();
  readonly #ends: readonly (() => void)[];
  #story = untold;

  constructor(api: Api, lock: LockKind, namespace: string, election: string) {
    const labelSelector = `app=${labels.app}`;
    this.#ends = [
      clientset(api).pods.watch(
        (type, pod) =>
          this.tell(
            type === 'DELETED'
              ? { type: 'pod gone', pod: pod.metadata.name }
              : { type: 'pod', pod: podAsSeen(pod) },
          ),
        { namespace, labelSelector },
      ),
      api.watch(
        lockResources[lock],
        { namespace, fieldSelector: `metadata.name=${election}` },
        ({ type, object }) => {
          const seen = lockAsSeen(object);
          if (type === 'DELETED') this.tell({ type: 'lock deleted' });
          else if (seen !== null) this.tell({ type: 'lock', lock: seen });
        },
      ),
    ];
  }

  /** All that is known by now. */
  get story(): Story {
    return this.#story;
  }

  /** Who holds the lock, or held it last; null before the first. */
  get leader(): string | null {
    return this.#story.leader;
  }

  /** Something more was seen, or done from here. */
  tell(event: StoryEvent): void {
    const told = this.#story.entries.at(-1)?.number ?? 0;
    this.#story = storyAfter(this.#story, event, now(systemClock));
    for (const entry of this.#story.entries.filter(({ number }) => number > told))
      for (const listener of [...this.#listeners]) listener(entry);
  }

  /** Calls back with each new line of the story. Returns what ends that. */
  onEntry(listener: (entry: StoryEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The next term that fulfils the condition; one that began before this call does not count. */
  next(condition: (term: TermEntry) => boolean = () => true): Promise<TermEntry> {
    return new Promise((resolve) => {
      const end = this.onEntry((entry) => {
        if (entry.kind !== 'leads' || !condition(entry)) return;
        end();
        resolve(entry);
      });
    });
  }

  stop(): void {
    for (const end of this.#ends) end();
  }
}
