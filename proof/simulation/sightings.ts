import { longestElapsed, now, type Clock, type Instant } from '../../base/clock.ts';
import type { JsonObject } from '../../base/json.ts';
import { annotationsOf, metadataOf } from '../../elector/src/kubernetes/kube-object.ts';
import {
  leaderAnnotation,
  parseAnnotation,
  parseLeaseSpec,
  type LeaderElectionRecord,
} from '../../elector/src/election/leader-election-record.ts';

interface Sighting {
  readonly holder: string;
  readonly at: Instant;
  readonly leaseMs: number;
}

/** Which holders one process has been shown, and when on its own clocks: what rule 8 allows it to name. */
export class Sightings {
  readonly #clock: Clock;
  readonly #ownLeaseMs: number;
  /** The last of each holder of each lock. */
  readonly #sightings = new Map<string, Sighting>();
  readonly #lastVersions = new Map<unknown, string>();

  constructor(clock: Clock, ownLeaseMs: number) {
    this.#clock = clock;
    this.#ownLeaseMs = ownLeaseMs;
  }

  /** Whether this process has seen anybody hold the lock. */
  get sawHolder(): boolean {
    return this.#sightings.size > 0;
  }

  /** The process was shown the lock; null: that there is none. The same version again is no change. */
  see(object: JsonObject | null): void {
    if (object === null) {
      this.#lastVersions.clear();
      return;
    }
    const { uid, resourceVersion } = metadataOf(object);
    const version = `${String(uid)} ${String(resourceVersion)}`;
    if (version === this.#lastVersions.get(object['kind'])) return;
    this.#lastVersions.set(object['kind'], version);
    const record = recordOf(object);
    if (record === null || record.holderIdentity === '') return;
    const seconds = record.leaseDurationSeconds;
    const leaseMs = seconds >= 1 ? seconds * 1000 : this.#ownLeaseMs;
    const { holderIdentity: holder } = record;
    this.#sightings.set(`${String(object['kind'])} ${holder}`, { holder, at: now(this.#clock), leaseMs });
  }

  /** Whether it has seen, last, a version of the object of this kind that is newer than `resourceVersion`. */
  hasSeenSince(kind: string, resourceVersion: number): boolean {
    const [, version = 0] = this.#lastVersions.get(kind)?.split(' ') ?? [];
    return Number(version) > resourceVersion;
  }

  mayName(holder: string): boolean {
    return [...this.#sightings.values()].some(
      (sighting) => sighting.holder === holder && longestElapsed(this.#clock, sighting.at) < sighting.leaseMs,
    );
  }
}

/** The record in an object of either kind; null where there is none that can be read. */
export function recordOf(object: JsonObject): LeaderElectionRecord | null {
  const reading =
    object['kind'] === 'Lease'
      ? parseLeaseSpec(object['spec'])
      : parseAnnotation(annotationsOf(object)[leaderAnnotation]);
  return reading.kind === 'record' ? reading.record : null;
}
