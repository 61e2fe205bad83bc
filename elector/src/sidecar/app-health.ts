import { get } from 'node:http';
import { AppLife, type AppAnswer } from './app-life.ts';
import { delay, type Clock } from '../../../base/clock.ts';
import { isClosedByPeer } from '../../../base/connection-end.ts';

/** What app health decides about. */
interface Candidate {
  readonly hasRight: boolean;
  standAside(because: string): void;
  stand(): void;
}

const checkPeriodMs = 1000;
const quickCheckPeriodMs = 100;
const hungUpCheckPeriodMs = 10;
const timeoutMs = 1000;
/** How many checks in a row a leader's app may fail. */
const leadersPatience = 3;

/**
 * Ties the candidacy to the app's health: a candidate whose app does not answer 2xx does not stand; a leader whose app fails
 * three checks in a row stops, and one whose app is known to have ended stops at once (rule 6).
 */
export class AppHealth {
  readonly #url: URL;
  readonly #clock: Clock;
  readonly #life = new AppLife();
  #lastAnswer: AppAnswer | null = null;
  #failures = 0;
  #quickUntil = -Infinity;
  #nextCheck = new AbortController();

  /** `url`: an http URL of the app that answers 2xx while the app is well. */
  constructor(url: URL, clock: Clock) {
    this.#url = url;
    this.#clock = clock;
  }

  /** Whether nothing of the app is left that could act on an earlier answer. */
  get hasAppEnded(): boolean {
    return this.#life.hasEnded;
  }

  /** The app opened an `/events` stream of its own. */
  streamOpened(): void {
    this.#life.streamOpened();
  }

  /** One of its streams has closed; if it was the last, the app may have ended. */
  streamClosed(): void {
    this.#life.streamClosed();
    if (this.#life.mayHaveEnded) this.checkSoon();
  }

  /** One of its streams was ended here. */
  streamLost(): void {
    this.#life.streamLost();
  }

  /** Somebody was told that this candidate leads. */
  granted(): void {
    this.#life.granted();
  }

  /** The app may just have ended, or another begun: checks at once, and often for a while. */
  checkSoon(): void {
    this.#quickUntil = this.#clock.monotonic() + checkPeriodMs;
    this.#nextCheck.abort();
  }

  /** Checks until `signal` aborts, and lets `candidate` stand or not. Never rejects. */
  async run(candidate: Candidate, signal: AbortSignal): Promise<void> {
    candidate.standAside('the app has not answered yet');
    signal.addEventListener('abort', () => this.#nextCheck.abort());
    while (!signal.aborted) {
      this.#nextCheck = new AbortController();
      const answered = this.#life.beginCheck();
      const answer = await ask(this.#url);
      answered(answer);
      this.#judge(answer, candidate);
      await delay(this.#clock, this.#periodMs(candidate), this.#nextCheck.signal);
    }
  }

  #periodMs(candidate: Candidate): number {
    const mayJustHaveEnded = this.#clock.monotonic() < this.#quickUntil;
    if (mayJustHaveEnded && this.#lastAnswer === 'hung up') return hungUpCheckPeriodMs;
    const isStarting = this.#lastAnswer === 'refused' && !candidate.hasRight;
    return mayJustHaveEnded || isStarting ? quickCheckPeriodMs : checkPeriodMs;
  }

  #judge(answer: AppAnswer, candidate: Candidate): void {
    this.#lastAnswer = answer;
    this.#failures = answer === 'healthy' ? 0 : this.#failures + 1;
    if (this.#failures === 0) candidate.stand();
    else if (this.#life.hasEnded) candidate.standAside('app ended');
    else if (this.#failures >= (candidate.hasRight ? leadersPatience : 1)) {
      candidate.standAside(answer === 'refused' ? "app's port refuses" : 'app failing');
    }
  }
}

/** Asks once; whatever the app does, there is an answer in time. */
function ask(url: URL): Promise<AppAnswer> {
  return new Promise((resolve) => {
    const options = { agent: false, signal: AbortSignal.timeout(timeoutMs) };
    const request = get(url, options, ({ statusCode = 0 }) => {
      request.destroy();
      resolve(statusCode >= 200 && statusCode < 300 ? 'healthy' : 'unhealthy');
    });
    request.on('error', (error) => {
      if (isRefused(error)) resolve('refused');
      else resolve(isClosedByPeer(error) && request.socket?.bytesRead === 0 ? 'hung up' : 'unhealthy');
    });
    // An answer that switches protocols (101) is neither an answer nor an error.
    request.on('close', () => resolve('unhealthy'));
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
