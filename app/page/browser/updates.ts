import type { Handover } from '../handovers.ts';
import type { PageMessage } from '../message.ts';
import { stopwatch } from './elapsed.ts';

/** How messages come: as events, or because they were asked for. */
export type Way = 'live' | 'polling';

/** Who wants to know what the pods say. */
export interface UpdateListener {
  message(message: PageMessage, way: Way): void;
  handovers(handovers: readonly Handover[]): void;
}

// Messages come once a second at least.
const silenceMs = 2500;
const checkMs = 250;
const shortestRetryMs = 100;
const longestRetryMs = 2000;
const pollMs = 1000;
const pollTimeoutMs = 2000;
const pollsBeforeStream = 5;

/**
 * Follows `GET events`, and never gives up: EventSource's own reconnecting ends for good at an HTTP error, and does not notice a
 * pod that hangs. Every attempt may reach another pod. Where a stream brings nothing, since a proxy holds events back or as many
 * are open as may be, it asks `GET state` for a while, and then tries a stream again.
 */
export class Updates {
  readonly #listener: UpdateListener;
  #retryMs = shortestRetryMs;

  constructor(listener: UpdateListener) {
    this.#listener = listener;
  }

  async run(): Promise<never> {
    for (;;) {
      const wasHeard = await this.#stream();
      if (!wasHeard && (await this.#poll())) {
        await this.#pollForAWhile();
      } else {
        await pause(this.#retryMs);
        this.#retryMs = Math.min(2 * this.#retryMs, longestRetryMs);
      }
    }
  }

  /** Resolves when the stream has ended or fallen silent, with whether anything was heard on it. */
  #stream(): Promise<boolean> {
    return new Promise((resolve) => {
      let sinceHeard = stopwatch();
      let wasHeard = false;
      const source = new EventSource('events');
      const check = setInterval(() => {
        if (sinceHeard() > silenceMs) end();
      }, checkMs);
      const end = () => {
        clearInterval(check);
        source.close();
        resolve(wasHeard);
      };
      source.onerror = end;
      source.onmessage = ({ data }: MessageEvent<string>) => {
        sinceHeard = stopwatch();
        wasHeard = true;
        this.#retryMs = shortestRetryMs;
        this.#listener.message(JSON.parse(data) as PageMessage, 'live');
      };
      source.addEventListener('handovers', ({ data }: MessageEvent<string>) => {
        this.#listener.handovers(JSON.parse(data) as readonly Handover[]);
      });
    });
  }

  async #pollForAWhile(): Promise<void> {
    for (let count = 0; count < pollsBeforeStream; count += 1) {
      await pause(pollMs);
      if (!(await this.#poll())) return;
    }
  }

  /** Asks once; whether somebody answered. */
  async #poll(): Promise<boolean> {
    try {
      const response = await fetch('state', { signal: AbortSignal.timeout(pollTimeoutMs) });
      if (!response.ok) return false;
      const { message, handovers } = (await response.json()) as {
        message: PageMessage;
        handovers: readonly Handover[] | null;
      };
      this.#retryMs = shortestRetryMs;
      if (handovers) this.#listener.handovers(handovers);
      this.#listener.message(message, 'polling');
      return true;
    } catch {
      return false;
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
