import { longestElapsed, type Clock, type Instant } from '../../../base/clock.ts';
import { aged } from '../../page/aged.ts';
import type { PodReport } from '../../page/message.ts';

/** How many pods are known at most. */
export const mostPods = 100;

/** For how long a pod that is not heard of is known. Long enough to see that it has gone, or to thaw it. */
export const forgottenAfterMs = 60_000;

interface Heard {
  readonly report: PodReport;
  /** The moment at which it was as `report` says, or earlier. */
  readonly at: Instant;
}

/**
 * What is known of the other pods, at first or second hand. Pods tell each other for how long they have not heard of one, never
 * at what time they did: their wall clocks may differ.
 */
export class KnownPods {
  readonly #clock: Clock;
  readonly #ownName: string;
  readonly #heard = new Map<string, Heard>();

  constructor(clock: Clock, ownName: string) {
    this.#clock = clock;
    this.#ownName = ownName;
  }

  /**
   * Another pod has told this. `askedAt`: when it was asked; counted from then, news only ever looks older than it is, and what
   * pods tell each other to and fro does not stay young.
   */
  told(reports: readonly PodReport[], askedAt: Instant): void {
    for (const report of reports) {
      if (report.name === this.#ownName) continue;
      const { silentMs } = report;
      const at = { monotonic: askedAt.monotonic - silentMs, wall: askedAt.wall - silentMs };
      const known = this.#heard.get(report.name);
      if (!known || at.monotonic > known.at.monotonic) this.#heard.set(report.name, { report, at });
    }
    this.#forget();
  }

  /** All others, those that were heard of last first. */
  others(): readonly PodReport[] {
    return [...this.#heard.values()]
      .map(({ report, at }) => aged(report, Math.round(longestElapsed(this.#clock, at)) - report.silentMs))
      .filter(({ silentMs }) => silentMs < forgottenAfterMs)
      .sort((a, b) => a.silentMs - b.silentMs)
      .slice(0, mostPods - 1);
  }

  #forget(): void {
    const kept = new Set(this.others().map(({ name }) => name));
    for (const name of this.#heard.keys()) if (!kept.has(name)) this.#heard.delete(name);
  }
}
