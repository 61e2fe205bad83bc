import { Windows } from './windows.ts';
import type { World } from './world.ts';

/** What can be wrong with a pod's way to the API server for a while; the strength is a probability, or a time in milliseconds. */
export type LinkCondition =
  'requests lost' | 'answers lost' | 'slow' | 'lossy' | 'duplicates' | 'reads forbidden' | 'writes forbidden';

const usualLatencyMs = [0.3, 5] as const;

/** A pod's way to the API server: single messages, which may overtake each other, and streams, which keep their order. */
export class Link {
  readonly conditions: Windows<LinkCondition>;
  readonly #world: World;
  readonly #onDelay: (until: number) => void;
  #backlog: (() => void)[] = [];

  /** `onDelay` is told until when a message is under way. */
  constructor(world: World, onDelay: (until: number) => void) {
    this.#world = world;
    this.conditions = new Windows(world);
    this.#onDelay = onDelay;
  }

  /** A request, which may get lost, or arrive twice; `delayMs`: what it takes longer than it must. */
  toServer(arrive: () => void, delayMs = 0): void {
    if (this.#isLost('requests lost')) {
      this.#world.count('request lost');
      return;
    }
    this.#send(arrive, delayMs);
    if (!this.#world.random.chance(this.conditions.value('duplicates'))) return;
    this.#world.count('request duplicated');
    this.#send(arrive, delayMs);
  }

  /** An answer, which may get lost; `delayMs` as above. */
  toPod(arrive: () => void, delayMs = 0): void {
    if (this.#isLost('answers lost')) this.#world.count('answer lost');
    else this.#send(arrive, delayMs);
  }

  /** A stream to the pod: what is sent while answers get lost is kept until they no longer do. `lagMs`: what the server adds. */
  openStream(lagMs: () => number): (arrive: () => void) => void {
    let lastArrival = 0;
    return (arrive) => {
      const latencyMs = this.#latencyMs() + lagMs();
      lastArrival = Math.max(lastArrival + 1, this.#world.now + Math.round(latencyMs * 1000));
      this.#onDelay(lastArrival);
      this.#world.at(lastArrival, () => this.#arriveOrWait(arrive));
    };
  }

  /** What was kept arrives, unless it has to wait on. */
  flush(): void {
    const backlog = this.#backlog;
    this.#backlog = [];
    for (const arrive of backlog) this.#arriveOrWait(arrive);
  }

  #arriveOrWait(arrive: () => void): void {
    if (this.#backlog.length > 0 || this.conditions.holds('answers lost')) this.#backlog.push(arrive);
    else arrive();
  }

  #send(arrive: () => void, delayMs: number): void {
    const time = this.#world.now + Math.round((this.#latencyMs() + delayMs) * 1000);
    this.#onDelay(time);
    this.#world.at(time, arrive);
  }

  #isLost(condition: 'requests lost' | 'answers lost'): boolean {
    return this.conditions.holds(condition) || this.#world.random.chance(this.conditions.value('lossy'));
  }

  #latencyMs(): number {
    const { random } = this.#world;
    const slowMs = this.conditions.value('slow');
    return random.between(...usualLatencyMs) + (slowMs > 0 ? random.next() * slowMs : 0);
  }
}
