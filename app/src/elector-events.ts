import { get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { delay, repeat } from './clock.ts';
import type { Clock } from './clock.ts';
import { parseStatement } from './elector-statement.ts';
import type { ElectorStatement } from './elector-statement.ts';
import { EventStreamReader } from './event-stream.ts';
import type { StreamItem } from './event-stream.ts';
import { StallDetector } from './stall-detector.ts';

/** Who wants to hear the elector. */
export interface ElectorListener {
  /** The elector has just said this. */
  said(statement: ElectorStatement): void;
  /** The elector has just shown that it is there, and that what it said last still holds. */
  stillThere(): void;
}

export interface FollowOptions {
  /** Where the elector's HTTP API is. */
  readonly electorUrl: URL;
  /** A connection on which nothing came for this many milliseconds is given up and made anew. */
  readonly leaseDurationMs: number;
  readonly clock: Clock;
  readonly listener: ElectorListener;
  /** Takes one line for people: when the elector is heard again, and once for every new reason why it is not. */
  readonly log: (line: string) => void;
  /** Ends the following. */
  readonly signal: AbortSignal;
}

// The first wait is short since an elector that restarts is back within a second.
const firstBackoffMs = 100;
const longestBackoffMs = 2000;

// The right to lead ends at least a second before the lease does (a third of at least 3 s, rule 4): an event that was
// read this late still counts for no longer than its lease.
const stallLimitMs = 1000;
const stallCheckMs = 250;

/**
 * Follows the elector's `GET /events`: tells the listener what it says, and connects again whenever the connection ends.
 * After a stall of this process it drops the connection with all that lies unread in it, so that an old "this pod leads,
 * valid for 6 s" does not count from the moment of waking. Resolves when `signal` aborts; never rejects.
 */
export async function followElector(options: FollowOptions): Promise<void> {
  const { clock, log, signal } = options;
  let problem: string | null = null;
  let backoffMs = firstBackoffMs;
  const heard = () => {
    if (problem !== null) log('the elector is heard again');
    problem = null;
    backoffMs = firstBackoffMs;
  };
  const failed = (reason: string) => {
    if (reason !== problem && !signal.aborted) log(reason);
    problem = reason;
  };
  while (!signal.aborted) {
    const end = await followOneConnection(options, heard, failed);
    if (end === 'stalled') continue;
    await delay(clock, backoffMs, signal);
    backoffMs = Math.min(2 * backoffMs, longestBackoffMs);
  }
}

/** Follows one connection until it ends or this process stalls; resolves with which of the two. */
async function followOneConnection(
  options: FollowOptions,
  heard: () => void,
  failed: (reason: string) => void,
): Promise<'ended' | 'stalled'> {
  const { clock, listener } = options;
  const connection = new AbortController();
  const stopped = AbortSignal.any([connection.signal, options.signal]);
  const stalls = new StallDetector(clock, stallLimitMs);
  const reader = new EventStreamReader();
  // A heartbeat vouches only for what was said, and could be read, on the same connection.
  let said = false;

  const take = (item: StreamItem) => {
    if (item.type === 'comment') {
      if (said) listener.stillThere();
      return;
    }
    const statement = parsed(item.data);
    said = statement !== null;
    if (statement) {
      heard();
      listener.said(statement);
    }
  };
  const parsed = (json: string) => {
    try {
      return parseStatement(json);
    } catch (error) {
      failed(reasonOf(error));
      return null;
    }
  };
  const checkForStall = () => {
    if (stalls.stalled()) connection.abort();
  };
  const stopChecking = repeat(clock, stallCheckMs, checkForStall);
  try {
    await readStream(options, stopped, (chunk) => {
      checkForStall();
      if (!stopped.aborted) reader.read(chunk).forEach(take);
    });
    failed('the elector ended its events');
  } catch (error) {
    if (!stopped.aborted) failed(`the elector cannot be heard: ${reasonOf(error)}`);
  } finally {
    stopChecking();
  }
  return connection.signal.aborted ? 'stalled' : 'ended';
}

/** Hands over the chunks of the elector's event stream. Resolves when the elector ends it; rejects when it fails. */
function readStream(
  { electorUrl, leaseDurationMs }: FollowOptions,
  signal: AbortSignal,
  onChunk: (chunk: Uint8Array) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const url = new URL('/events', electorUrl);
    const headers = { accept: 'text/event-stream' };
    const request = get(url, { agent: false, headers, signal, timeout: leaseDurationMs });
    request.on('timeout', () => request.destroy(new Error(`no word for ${leaseDurationMs / 1000} s`)));
    request.on('error', reject);
    request.on('response', (response) => {
      response.on('error', reject);
      response.on('end', resolve);
      if (isEventStream(response)) {
        response.on('data', (chunk: Uint8Array) => {
          try {
            onChunk(chunk);
          } catch (error) {
            request.destroy(error instanceof Error ? error : undefined);
          }
        });
      } else {
        request.destroy(
          new Error(`GET ${url.href} answered ${response.statusCode ?? 0}, not an event stream`),
        );
      }
    });
  });
}

function isEventStream(response: IncomingMessage): boolean {
  return response.statusCode === 200 && /^text\/event-stream\b/i.test(response.headers['content-type'] ?? '');
}

function reasonOf(error: unknown): string {
  // A refused connection to a name with several addresses is an AggregateError without a message.
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}
