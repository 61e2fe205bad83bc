import { Agent, get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { createParser } from 'eventsource-parser';
import type { ElectionStatus } from '../../elector/src/election/election-status.ts';

// Longer than any freeze lasts; a stream has heartbeats.
const longestSilenceMs = 120_000;

/** Speaks to one elector, on whatever port of 127.0.0.1 it listens at the moment. */
export class ElectorClient {
  readonly #port: () => number | null;
  readonly #agent = new Agent({ keepAlive: true });

  /** `port`: where the elector listens; null while it does not. */
  constructor(port: () => number | null) {
    this.#port = port;
  }

  /**
   * Who leads, as it answers `GET /`; null where nobody answers within two minutes. A frozen elector answers when it wakes up.
   * @throws Error for an answer that cannot be read
   */
  async ask(signal?: AbortSignal): Promise<ElectionStatus | null> {
    const response = await this.#get('/', this.#agent, signal);
    const answer = response && (await text(response).catch(() => null));
    return answer === null ? null : parseStatus(answer);
  }

  /**
   * What it says on `GET /events`, until the connection ends, nothing came for two minutes, or `signal` aborts.
   * @throws Error for an event that cannot be read
   */
  async *events(signal: AbortSignal): AsyncGenerator<ElectionStatus> {
    const response = await this.#get('/events', false, signal);
    if (response === null) return;
    const said: ElectionStatus[] = [];
    const parser = createParser({
      // An event with a name tells of something else.
      onEvent: ({ event, data }) => event === undefined && said.push(parseStatus(data)),
    });
    for await (const chunk of chunksOf(response.setEncoding('utf8'))) {
      parser.feed(chunk);
      yield* said.splice(0);
    }
  }

  /** Ends the connections that are kept open. */
  close(): void {
    this.#agent.destroy();
  }

  #get(path: string, agent: Agent | false, signal: AbortSignal | undefined): Promise<IncomingMessage | null> {
    const port = this.#port();
    if (port === null) return Promise.resolve(null);
    return new Promise((resolve) => {
      const timeout = longestSilenceMs;
      const request = get(
        { host: '127.0.0.1', port, path, agent, timeout, ...(signal && { signal }) },
        resolve,
      );
      request.on('error', () => resolve(null));
      // The only event after an answer that switches protocols.
      request.on('close', () => resolve(null));
      request.on('timeout', () => request.destroy());
      // A preliminary answer, which no elector gives, would begin the silence anew.
      request.on('information', () => request.destroy());
    });
  }
}

/** The chunks of an answer; one that breaks off ends. */
async function* chunksOf(response: IncomingMessage): AsyncGenerator<string> {
  try {
    for await (const chunk of response) yield chunk as string;
  } catch {
    // Whoever wants more asks again.
  }
}

function parseStatus(json: string): ElectionStatus {
  const status: unknown = parsed(json);
  if (isStatus(status)) return status;
  throw new Error(`not an answer of an elector: ${json.slice(0, 200)}`);
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

function isStatus(value: unknown): value is ElectionStatus {
  if (typeof value !== 'object' || value === null) return false;
  const { name, isLeader, fencingToken, validForMs } = value as Record<string, unknown>;
  return (
    typeof name === 'string' &&
    typeof isLeader === 'boolean' &&
    (typeof fencingToken === 'string' || fencingToken === null) &&
    typeof validForMs === 'number'
  );
}
