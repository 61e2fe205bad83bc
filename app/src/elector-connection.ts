import { longestElapsed, now, repeat } from '../../base/clock.ts';
import type { Clock, Instant } from '../../base/clock.ts';
import { textOf } from '../../base/error-text.ts';
import type { ModeLog } from '../../base/mode-log.ts';
import type { Handover } from '../page/handovers.ts';
import { parseStatement } from './elector-statement.ts';
import type { ElectorStatement } from './elector-statement.ts';
import { readStream } from './elector-stream.ts';
import { eventStreamReader } from './event-stream.ts';
import { StallDetector } from './stall-detector.ts';
import { parseHandovers } from './told-handovers.ts';

/** Who wants to hear the elector. */
export interface ElectorListener {
  /** The elector has just said this. */
  said(statement: ElectorStatement): void;
  /** The elector has just shown that it is there, and that what it said last still holds. */
  stillThere(): void;
  /** Who led after whom, as far as the elector has seen it. An older elector never says. */
  toldHandovers(handovers: readonly Handover[]): void;
}

export interface ConnectionOptions {
  /** Where the elector's HTTP API is. */
  readonly electorUrl: URL;
  /** A connection on which the elector said nothing for this many milliseconds is given up. */
  readonly leaseDurationMs: number;
  readonly clock: Clock;
  readonly listener: ElectorListener;
  /** Whether the elector is heard; `heard` is the mode in which it is. */
  readonly modes: ModeLog;
  /** Ends the connection. */
  readonly signal: AbortSignal;
}

/** How a connection to the elector ended. */
export type ConnectionEnd =
  /** This process did not run for a while: whatever lay unread in the connection was dropped with it. */
  | { readonly type: 'stalled' }
  /** `heardForMs`: for how long the elector was heard on it; 0 where it never was. */
  | { readonly type: 'ended'; readonly heardForMs: number };

/** The mode in which the elector is heard. */
export const heard = 'the elector is heard';

// The right to lead ends at least a second before the lease does (a third of at least 3 s, rule 4): an event that was
// read this late still counts for no longer than its lease.
const stallLimitMs = 1000;
const stallCheckMs = 250;

/** One connection to the elector's `GET /events`. */
export class ElectorConnection {
  readonly #options: ConnectionOptions;
  readonly #givenUp = new AbortController();
  readonly #stopped: AbortSignal;
  readonly #stalls: StallDetector;
  readonly #readChunk = eventStreamReader({
    onEvent: (json, name) => this.#takeEvent(json, name),
    onComment: () => this.#takeHeartbeat(),
  });
  // A heartbeat vouches only for what was said, and could be read, on the same connection.
  #said = false;
  #heardSince: Instant | null = null;
  #stalled = false;
  #stopAwaiting = () => {};

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#stopped = AbortSignal.any([this.#givenUp.signal, options.signal]);
    this.#stalls = new StallDetector(options.clock, stallLimitMs);
  }

  /**
   * Follows it, asked for with these headers, until it ends, the elector falls silent on it, this process stalls, or the signal
   * aborts. Never rejects.
   */
  async follow(headers: Readonly<Record<string, string>>): Promise<ConnectionEnd> {
    const { clock, electorUrl } = this.#options;
    this.#awaitWord();
    const stopChecking = repeat(clock, stallCheckMs, () => this.#checkForStall());
    try {
      const url = new URL('/events', electorUrl);
      await readStream({ url, headers, signal: this.#stopped }, (chunk) => this.#read(chunk));
      this.#failed('the elector ended its events');
    } catch (error) {
      this.#failed(`the elector cannot be heard: ${reasonOf(this.#givenUp.signal.reason ?? error)}`);
    } finally {
      this.#stopAwaiting();
      stopChecking();
    }
    if (this.#stalled) return { type: 'stalled' };
    return { type: 'ended', heardForMs: this.#heardSince ? longestElapsed(clock, this.#heardSince) : 0 };
  }

  #read(chunk: Uint8Array): void {
    this.#checkForStall();
    if (!this.#stopped.aborted) this.#readChunk(chunk);
  }

  #takeEvent(json: string, name: string): void {
    if (name === 'message') this.#takeStatement(json);
    else if (name === 'handovers') this.#takeHandovers(json);
  }

  #takeHandovers(json: string): void {
    const handovers = this.#parsed(json, parseHandovers);
    if (handovers) this.#options.listener.toldHandovers(handovers);
  }

  #takeStatement(json: string): void {
    const statement = this.#parsed(json, parseStatement);
    this.#said = statement !== null;
    if (!statement) return;
    const { clock, listener } = this.#options;
    this.#heardSince ??= now(clock);
    this.#isHeard();
    listener.said(statement);
  }

  #takeHeartbeat(): void {
    if (!this.#said) return;
    this.#isHeard();
    this.#options.listener.stillThere();
  }

  #parsed<Said>(json: string, parse: (json: string) => Said): Said | null {
    try {
      return parse(json);
    } catch (error) {
      this.#options.modes.is('warn', 'the elector sent an event that cannot be read', { why: textOf(error) });
      return null;
    }
  }

  #isHeard(): void {
    this.#options.modes.is('info', heard);
    this.#awaitWord();
  }

  // Not the time since the last byte: there are answers that go on and on and say nothing.
  #awaitWord(): void {
    const { clock, leaseDurationMs } = this.#options;
    const giveUp = () => this.#givenUp.abort(new Error(`no word for ${leaseDurationMs / 1000} s`));
    this.#stopAwaiting();
    this.#stopAwaiting = clock.after(leaseDurationMs, giveUp);
  }

  #checkForStall(): void {
    if (!this.#stalls.stalled()) return;
    this.#stalled = true;
    this.#givenUp.abort();
  }

  #failed(reason: string): void {
    const { modes, signal } = this.#options;
    if (!this.#stalled && !signal.aborted) modes.is('warn', reason);
  }
}

function reasonOf(error: unknown): string {
  // A refused connection to a name with several addresses is an AggregateError without a message.
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ');
  return textOf(error);
}
