import type { Pod } from 'kubernetes-types/core/v1.js';
import type { LockKind } from '../base/lock-kinds.ts';
import { labels } from '../infra/names.ts';
import { clientset } from '../cluster/index.ts';
import type { Api, KubernetesObject, Stored } from '../cluster/index.ts';
import { holderIn, lockResources } from './lock.ts';

/** A pod took the lead, or took it again. */
export interface LeadershipChange {
  readonly leader: string;
  /** Who led before; null for the first of all. */
  readonly previous: string | null;
  /** Milliseconds since whatever ended the previous term; 0 for the first of all. */
  readonly afterMs: number;
  /** What ended the previous term, as a sentence's part. */
  readonly why: string;
}

/** What befell the leader, and when (in milliseconds of `performance.now()`). */
interface Trouble {
  readonly what: 'was deleted' | 'crashed' | 'was frozen';
  readonly at: number;
  /** Whether its containers run again. */
  readonly isOver: boolean;
}

/** Watches an election from outside, by the lock and the pods alone: who leads, since when and why. */
export class Leadership {
  readonly #listeners = new Set<(change: LeadershipChange) => void>();
  readonly #crashes = new Map<string, number>();
  readonly #ends: readonly (() => void)[];
  #leader: string | null = null;
  #trouble: Trouble | null = null;
  #heldAt = 0;
  #releasedAt: number | null = null;

  constructor(api: Api, lock: LockKind, namespace: string, election: string) {
    const labelSelector = `app=${labels.app}`;
    this.#ends = [
      clientset(api).pods.watch((type, pod) => this.#onPod(type, pod), { namespace, labelSelector }),
      api.watch(
        lockResources[lock],
        { namespace, fieldSelector: `metadata.name=${election}` },
        ({ type, object }) => {
          if (type !== 'DELETED') this.#onLock(object);
        },
      ),
    ];
  }

  /** Who holds the lock, or held it last; null before the first. */
  get leader(): string | null {
    return this.#leader;
  }

  /** Calls back at each change. Returns what ends that. */
  onChange(listener: (change: LeadershipChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The next change that fulfils the condition; one that was before this call does not count. */
  next(condition: (change: LeadershipChange) => boolean = () => true): Promise<LeadershipChange> {
    return new Promise((resolve) => {
      const end = this.onChange((change) => {
        if (!condition(change)) return;
        end();
        resolve(change);
      });
    });
  }

  /** The leader's processes were frozen, which shows neither in the lock nor in the pod. */
  leaderWasFrozen(): void {
    this.#trouble = { what: 'was frozen', at: performance.now(), isOver: false };
  }

  /** They go on. */
  leaderWasThawed(): void {
    if (this.#trouble?.what === 'was frozen') this.#trouble = null;
  }

  stop(): void {
    for (const end of this.#ends) end();
  }

  #onPod(type: 'ADDED' | 'MODIFIED' | 'DELETED', pod: Stored<Pod>): void {
    const { name, deletionTimestamp } = pod.metadata;
    const before = this.#crashes.get(name) ?? 0;
    const crashes = crashesOf(pod);
    this.#crashes.set(name, crashes);
    if (type === 'DELETED') this.#crashes.delete(name);
    if (name !== this.#leader || this.#trouble?.what === 'was deleted') return;
    const at = performance.now();
    if (type === 'DELETED' || deletionTimestamp !== undefined)
      this.#trouble = { what: 'was deleted', at, isOver: false };
    else if (crashes > before) this.#trouble = { what: 'crashed', at, isOver: false };
    else if (this.#trouble?.what === 'crashed' && allRun(pod))
      this.#trouble = { ...this.#trouble, isOver: true };
  }

  #onLock(lock: KubernetesObject): void {
    const holder = holderIn(lock);
    if (holder === null) return;
    const now = performance.now();
    const leadsOn = holder === this.#leader && this.#releasedAt === null && !this.#trouble?.isOver;
    if (holder === '') this.#releasedAt ??= this.#leader === null ? null : now;
    else if (!leadsOn) this.#onNewTerm(holder, now);
    if (holder !== '') this.#heldAt = now;
  }

  #onNewTerm(leader: string, now: number): void {
    const previous = this.#leader;
    const since = this.#trouble?.at ?? this.#releasedAt ?? this.#heldAt;
    const afterMs = previous === null ? 0 : now - since;
    const change = { leader, previous, afterMs, why: this.#why(leader) };
    this.#leader = leader;
    this.#trouble = null;
    this.#releasedAt = null;
    for (const listener of [...this.#listeners]) listener(change);
  }

  #why(leader: string): string {
    const previous = this.#leader;
    if (previous === null) return 'nobody led before';
    const subject = leader === previous ? 'it' : previous;
    const released = this.#releasedAt !== null;
    if (!this.#trouble)
      return `${subject} ${released ? 'released the lock' : 'went silent and its lease ran out'}`;
    const { what, isOver } = this.#trouble;
    if (isOver)
      return `${subject} ${what}${released ? ', was restarted and released the lock' : ' and was restarted'}`;
    return `${subject} ${what} and ${released ? 'released the lock' : 'its lease ran out'}`;
  }
}

function crashesOf({ status }: Pod): number {
  const statuses = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  return statuses.reduce((sum, { restartCount, state }) => {
    const isDown = state?.terminated !== undefined || state?.waiting?.reason === 'CrashLoopBackOff';
    return sum + restartCount + (isDown ? 1 : 0);
  }, 0);
}

function allRun({ status }: Pod): boolean {
  const statuses = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  return statuses.every(({ state }) => state?.running !== undefined);
}
