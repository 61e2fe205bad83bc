import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import {
  request,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type RequestOptions,
  type Server,
} from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { ElectionStatus } from '../../../src/election/election-status.ts';
import type { Handover } from '../../../src/election/handovers.ts';
import { EventStreams } from '../../../src/sidecar/event-streams.ts';
import { createHttpApi } from '../../../src/sidecar/http-api.ts';
import { PodToken } from '../../../src/sidecar/pod-token.ts';
import { eventually } from '../../../../base/testing/eventually.ts';

export const leading: ElectionStatus = {
  name: 'pod-a',
  isLeader: true,
  leaderTransitions: 3,
  fencingToken: '107',
  validForMs: 6543,
  expiresInMs: 9876,
};
export const following: ElectionStatus = {
  name: 'pod-b',
  isLeader: false,
  leaderTransitions: 4,
  fencingToken: null,
  validForMs: 0,
  expiresInMs: null,
};

interface Served {
  readonly server: Server;
  readonly streams: EventStreams;
}

/** The HTTP API of an elector that a test plays, and a client of it. */
export class TestHttpApi {
  /** What the API tells; `asked` counts the answers. */
  readonly elector = {
    current: leading,
    handovers: [] as readonly Handover[],
    notReadyBecause: null as string | null,
    hasStopped: false,
    asked: 0,
  };
  resign = (): Promise<void> => Promise.reject(new Error('nobody asked for this'));
  render = (): Promise<string> => Promise.resolve('leader_election_master_status 1\n');
  /** What the pod's own programs send. */
  readonly proof: { readonly Authorization: string };
  /** How many streams of the app are open. */
  ownStreams = 0;
  /** How many streams of the app the elector ended itself. */
  lostStreams = 0;
  readonly #token: PodToken;
  #served: Served | null = null;

  private constructor(token: PodToken, proof: string) {
    this.#token = token;
    this.proof = { Authorization: `Bearer ${proof}` };
  }

  /** Does not serve yet. */
  static async prepare(): Promise<TestHttpApi> {
    const folder = await mkdtemp(join(tmpdir(), 'http-api-'));
    const path = join(folder, 'token');
    const token = await PodToken.write(path, {});
    const proof = await readFile(path, 'utf8');
    await rm(folder, { recursive: true });
    return new TestHttpApi(token, proof);
  }

  /** Serves; by default, the first heartbeat comes long after the test. */
  async serve({
    heartbeatMs = 3_600_000,
    token = this.#token,
  }: { heartbeatMs?: number; token?: PodToken | null } = {}): Promise<void> {
    const { elector } = this;
    const app = {
      streamOpened: () => (this.ownStreams += 1),
      streamClosed: () => (this.ownStreams -= 1),
      streamLost: () => (this.lostStreams += 1),
    };
    const streams = new EventStreams({ heartbeatMs, app });
    const server = createHttpApi({
      status: () => {
        elector.asked += 1;
        return elector.current;
      },
      elector: {
        get handovers() {
          return elector.handovers;
        },
        get notReadyBecause() {
          return elector.notReadyBecause;
        },
        get hasStopped() {
          return elector.hasStopped;
        },
        resign: () => this.resign(),
      },
      metrics: { contentType: 'text/plain; version=0.0.4', render: () => this.render() },
      streams,
      token,
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    this.#served = { server, streams };
  }

  get streams(): EventStreams {
    return this.#serving.streams;
  }

  async end(): Promise<void> {
    const { server } = this.#serving;
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }

  /** Opens a connection to it, for bytes that no HTTP client would send. */
  connect(): Socket {
    return connect(this.#port, '127.0.0.1');
  }

  async send(path: string, options: RequestOptions = {}, body = ''): Promise<IncomingMessage> {
    const sent = request({ host: '127.0.0.1', port: this.#port, path, agent: false, ...options });
    sent.end(body);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return response;
  }

  async get(path: string, options: RequestOptions = {}, body = '') {
    const response = await this.send(path, options, body);
    return { status: response.statusCode, headers: response.headers, body: await text(response) };
  }

  /** What an open connection sends, piece by piece; ends with it. */
  async listen(headers: OutgoingHttpHeaders = {}) {
    const response = await this.send('/events', { headers });
    let received = '';
    response.setEncoding('utf8').on('data', (chunk: string) => (received += chunk));
    return {
      response,
      endsWith: (end: string) => eventually(end, () => received.endsWith(end)),
      /** Waits until this is all that has come. */
      received: (expected: string) =>
        eventually(expected, () => {
          assert.ok(expected.startsWith(received), received);
          return received === expected;
        }),
    };
  }

  get #serving(): Served {
    assert.ok(this.#served !== null, 'the API is not served yet');
    return this.#served;
  }

  get #port(): number {
    return (this.#serving.server.address() as AddressInfo).port;
  }
}
