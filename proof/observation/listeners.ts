import { setTimeout as sleep } from 'node:timers/promises';
import { ElectorClient } from './elector-client.ts';
import type { ElectorPod, Electors } from './electors.ts';
import type { Recording } from './recording.ts';

const askAgainMs = 25;
const connectAgainMs = 50;
const lookAgainMs = 50;

/** Asks every elector again and again, follows its events, and records all that it says. */
export class Listeners {
  readonly #electors: Electors;
  readonly #recording: Recording;
  readonly #ending = new AbortController();
  readonly #byPod = new Map<string, Listener>();
  readonly #running: Promise<void>;

  constructor(electors: Electors, recording: Recording) {
    this.#electors = electors;
    this.#recording = recording;
    this.#running = this.#run();
  }

  /** Ends the listening. Resolves when nothing more is recorded. */
  async end(): Promise<void> {
    this.#ending.abort();
    await this.#running;
    await Promise.all([...this.#byPod.values()].map((listener) => listener.end()));
  }

  async #run(): Promise<void> {
    while (!this.#ending.signal.aborted) {
      this.#followPods(this.#electors.pods());
      await sleep(lookAgainMs);
    }
  }

  #followPods(pods: readonly ElectorPod[]): void {
    for (const { name, isTerminating } of pods) {
      const listener = this.#byPod.get(name) ?? new Listener(name, this.#electors, this.#recording);
      this.#byPod.set(name, listener);
      if (isTerminating) listener.leave();
    }
    for (const [name, listener] of [...this.#byPod]) {
      if (pods.some((pod) => pod.name === name)) continue;
      this.#byPod.delete(name);
      void listener.end();
    }
  }
}

/** Listens to one pod's elector. */
class Listener {
  readonly #pod: string;
  readonly #recording: Recording;
  readonly #client: ElectorClient;
  readonly #ending = new AbortController();
  readonly #leaving = new AbortController();
  readonly #running: Promise<unknown>;

  constructor(pod: string, electors: Electors, recording: Recording) {
    this.#pod = pod;
    this.#recording = recording;
    this.#client = new ElectorClient(() => electors.electorPort(pod));
    this.#running = Promise.all([this.#ask(this.#ending.signal), this.#follow(this.#leaving.signal)]);
  }

  /** The pod is being deleted: closes `/events`, as its app does. Goes on asking. */
  leave(): void {
    this.#leaving.abort();
  }

  async end(): Promise<void> {
    this.#leaving.abort();
    this.#ending.abort();
    this.#client.close();
    await this.#running;
  }

  async #ask(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const askedAt = performance.now();
      await this.#record(async () => {
        const status = await this.#client.ask(signal);
        if (status === null) return;
        const heardAt = performance.now();
        this.#recording.heard({ pod: this.#pod, via: 'GET /', askedAt, heardAt, status });
      });
      await sleep(askAgainMs);
    }
  }

  async #follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const askedAt = performance.now();
      await this.#record(async () => {
        for await (const status of this.#client.events(signal)) {
          const heardAt = performance.now();
          this.#recording.heard({ pod: this.#pod, via: 'GET /events', askedAt, heardAt, status });
        }
      });
      await sleep(connectAgainMs);
    }
  }

  async #record(listen: () => Promise<void>): Promise<void> {
    try {
      await listen();
    } catch (error) {
      this.#recording.unreadable.push(
        `${this.#pod}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
}
