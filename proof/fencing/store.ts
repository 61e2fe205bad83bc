import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** What a worker writes. */
export interface FencedWrite {
  readonly by: string;
  readonly value: number;
  /** The worker's fencing token, a decimal string. */
  readonly token: string;
}

/** A write that has come to its end. */
export interface FencedWriteReport extends FencedWrite {
  /** 200, or 412 where it was refused. */
  readonly status: 200 | 412;
  /** What the store held before. */
  readonly before: FencedWrite;
}

/**
 * A store of one number: `GET` answers with the last write as JSON, `PUT` takes another. One that checks tokens refuses
 * with 412 what comes with a lower token than it has seen.
 */
export class FencedStore {
  readonly #server: Server;
  readonly #checksTokens: boolean;
  #last: FencedWrite = { by: '', value: 0, token: '0' };
  readonly #listeners = new Set<(report: FencedWriteReport) => void>();
  /** Called when a write is announced, which then waits for the promise. */
  beforeWrite: () => Promise<void> = () => Promise.resolve();

  static async start({ checksTokens }: { readonly checksTokens: boolean }): Promise<FencedStore> {
    const store = new FencedStore(checksTokens);
    store.#server.listen(0, '127.0.0.1');
    await once(store.#server, 'listening');
    return store;
  }

  private constructor(checksTokens: boolean) {
    this.#checksTokens = checksTokens;
    this.#server = createServer((_request, response) => response.end(JSON.stringify(this.#last)));
    this.#server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
      // Who announced a write and is gone has written nothing.
      this.#take(request, response).catch(() => response.destroy());
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get last(): FencedWrite {
    return this.#last;
  }

  /** The next write that fulfils the condition, accepted or not. */
  next(condition: (report: FencedWriteReport) => boolean): Promise<FencedWriteReport> {
    return new Promise((resolve) => {
      const listener = (report: FencedWriteReport) => {
        if (!condition(report)) return;
        this.#listeners.delete(listener);
        resolve(report);
      };
      this.#listeners.add(listener);
    });
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    await this.beforeWrite();
    response.writeContinue();
    const write = (await json(request)) as FencedWrite;
    const before = this.#last;
    const status = this.#accept(write) ? 200 : 412;
    response.writeHead(status).end();
    for (const listener of this.#listeners) listener({ ...write, status, before });
  }

  /** The comparison and the write are one step, with nothing between them. */
  #accept(write: FencedWrite): boolean {
    // Tokens are integers of up to 64 bits: as strings "9" is above "10", as numbers they lose their last digits.
    if (this.#checksTokens && BigInt(write.token) < BigInt(this.#last.token)) return false;
    this.#last = write;
    return true;
  }
}
