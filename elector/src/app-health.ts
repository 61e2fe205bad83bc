import { get } from 'node:http';
import { delay, type Clock } from './clock.ts';

/** How the app answered: with 2xx, with anything else or not in time, or by refusing the connection. */
type Answer = 'healthy' | 'unhealthy' | 'refused';

/** What app health decides about. */
interface Candidate {
  readonly hasRight: boolean;
  standAside(because: string): void;
  stand(): void;
  reconsider(): void;
}

/** The app's open `/events` connections. */
interface AppConnections {
  readonly size: number;
  onAllClosed: () => void;
}

const checkPeriodMs = 1000;
const quickCheckPeriodMs = 100;
const timeoutMs = 1000;
/** How many checks in a row a leader's app may fail. */
const leadersPatience = 3;

/**
 * Ties the candidacy to the app's health: a candidate whose app does not answer 2xx does not stand; a leader whose app fails
 * three checks in a row stops. And knows whether the app has ended: its port refuses and its `/events` connection is closed
 * (rule 6).
 */
export class AppHealth {
  readonly #url: URL;
  readonly #clock: Clock;
  readonly #connections: AppConnections;
  #lastAnswer: Answer | null = null;
  #failures = 0;
  #quickUntil = -Infinity;
  #nextCheck = new AbortController();

  /** `url`: an http URL of the app that answers 2xx while the app is well. */
  constructor(url: URL, connections: AppConnections, clock: Clock) {
    this.#url = url;
    this.#clock = clock;
    this.#connections = connections;
    connections.onAllClosed = () => this.checkSoon();
  }

  /** Whether nothing of the app is left that could act on an earlier answer. */
  get hasAppEnded(): boolean {
    return this.#lastAnswer === 'refused' && this.#connections.size === 0;
  }

  /** The app may just have ended, or another begun: checks at once, and often for a while. */
  checkSoon(): void {
    this.#lastAnswer = null;
    this.#quickUntil = this.#clock.monotonic() + checkPeriodMs;
    this.#nextCheck.abort();
  }

  /** Checks until `signal` aborts, and lets `candidate` stand or not. Never rejects. */
  async run(candidate: Candidate, signal: AbortSignal): Promise<void> {
    candidate.standAside('the app has not answered yet');
    signal.addEventListener('abort', () => this.#nextCheck.abort());
    while (!signal.aborted) {
      this.#nextCheck = new AbortController();
      this.#judge(await ask(this.#url), candidate);
      await delay(this.#clock, this.#periodMs(candidate), this.#nextCheck.signal);
    }
  }

  #periodMs(candidate: Candidate): number {
    const mayJustHaveEnded = this.#clock.monotonic() < this.#quickUntil;
    const isStarting = this.#lastAnswer === 'refused' && !candidate.hasRight;
    return mayJustHaveEnded || isStarting ? quickCheckPeriodMs : checkPeriodMs;
  }

  #judge(answer: Answer, candidate: Candidate): void {
    this.#lastAnswer = answer;
    this.#failures = answer === 'healthy' ? 0 : this.#failures + 1;
    if (this.#failures === 0) candidate.stand();
    else if (this.#failures >= (candidate.hasRight ? leadersPatience : 1)) {
      candidate.standAside(`the app is ${answer}`);
    }
    if (this.hasAppEnded) candidate.reconsider();
  }
}

function ask(url: URL): Promise<Answer> {
  return new Promise((resolve) => {
    const options = { agent: false, signal: AbortSignal.timeout(timeoutMs) };
    const request = get(url, options, ({ statusCode = 0 }) => {
      request.destroy();
      resolve(statusCode >= 200 && statusCode < 300 ? 'healthy' : 'unhealthy');
    });
    request.on('error', (error) => resolve(isRefused(error) ? 'refused' : 'unhealthy'));
  });
}

/** Whether nothing listens on any address of the app's name, as far as this machine has that address. */
function isRefused(error: Error): boolean {
  const errors: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
  const codes = errors.map((each) => (each as NodeJS.ErrnoException).code);
  return (
    codes.includes('ECONNREFUSED') &&
    codes.every((code) => code === 'ECONNREFUSED' || code === 'EADDRNOTAVAIL')
  );
}
