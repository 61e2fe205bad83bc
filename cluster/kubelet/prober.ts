import type { Probe } from 'kubernetes-types/core/v1.js';
import type { Clock } from '../../base/clock.ts';
import type { ProbeFinding } from './probe.ts';

/** What a prober reports to. */
export interface ProberEvents {
  /** One probe found the container unwell. */
  onFinding(finding: string): void;
  /** As many probes in a row as the thresholds ask for agree; told again with each further one. */
  onVerdict(isWell: boolean): void;
}

/** Asks again and again how a container is, by the rules of its probe: delay, period and thresholds. */
export class Prober {
  readonly #clock: Clock;
  readonly #probe: Probe;
  readonly #ask: () => Promise<ProbeFinding>;
  readonly #events: ProberEvents;
  readonly #periodMs: number;
  readonly #mayAskFrom: number;
  #lastWell: boolean | undefined;
  #inARow = 0;
  #stopped = false;
  #cancel: () => void;

  constructor(clock: Clock, probe: Probe, ask: () => Promise<ProbeFinding>, events: ProberEvents) {
    this.#clock = clock;
    this.#probe = probe;
    this.#ask = ask;
    this.#events = events;
    this.#periodMs = (probe.periodSeconds ?? 10) * 1000;
    const delayMs = (probe.initialDelaySeconds ?? 0) * 1000;
    this.#mayAskFrom = clock.wall() + delayMs;
    this.#cancel = clock.after(delayMs || this.#periodMs, () => this.#tick());
  }

  /** Asks at once, besides the period: something has changed that may make an unwell container well. */
  trigger(): void {
    if (this.#lastWell !== true && this.#clock.wall() >= this.#mayAskFrom) void this.#hopefully();
  }

  /** Asks no more and reports nothing more. */
  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  #tick(): void {
    this.#cancel = this.#clock.after(this.#periodMs, () => this.#tick());
    void this.#ask().then((finding) => this.#count(finding));
  }

  // Only the asking by period may count against the container.
  async #hopefully(): Promise<void> {
    const finding = await this.#ask();
    if (finding === null) this.#count(finding);
  }

  #count(finding: ProbeFinding): void {
    if (this.#stopped) return;
    const isWell = finding === null;
    this.#inARow = isWell === this.#lastWell ? this.#inARow + 1 : 1;
    this.#lastWell = isWell;
    if (finding !== null) this.#events.onFinding(finding);
    const threshold = isWell ? (this.#probe.successThreshold ?? 1) : (this.#probe.failureThreshold ?? 3);
    if (this.#inARow >= threshold) this.#events.onVerdict(isWell);
  }
}
