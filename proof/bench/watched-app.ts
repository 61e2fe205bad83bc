import { once } from 'node:events';
import { createServer, get, type ClientRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EventStreamReader } from '../../app/src/event-stream.ts';
import type { ElectionStatus } from '../../elector/src/election/election-status.ts';
import { Latest } from './latest.ts';

/** The app beside an elector: it is healthy until it ends, and hears by `/events` who leads. */
export class WatchedApp {
  /** What the elector said. */
  readonly status = new Latest<ElectionStatus>();
  readonly #server: Server;
  #events: ClientRequest | null = null;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<WatchedApp> {
    const server = createServer((_request, response) => response.end('ok\n'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new WatchedApp(server);
  }

  get healthUrl(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/healthz`;
  }

  /** Listens to the elector at this URL, as the app of its pod, which has this token, until the app ends or the elector does. */
  listenTo(electorUrl: string, token: string): void {
    const headers = { Authorization: `Bearer ${token}` };
    this.#events = get(`${electorUrl}/events`, { agent: false, headers }, (response) => {
      const reader = new EventStreamReader();
      response.on('data', (chunk: Buffer) => {
        for (const item of reader.read(chunk))
          if (item.type === 'event') this.status.say(JSON.parse(item.data) as ElectionStatus);
      });
      response.on('error', () => undefined);
    });
    this.#events.on('error', () => undefined);
  }

  /** Ends the app: nobody is left who could act on what the elector said. */
  end(): void {
    this.#events?.destroy();
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
