import assert from 'node:assert/strict';
import type { JsonObject } from '../../../../base/json.ts';
import type { Credentials } from '../../../src/kubernetes/credentials.ts';
import { KubeClient, type WatchEvent } from '../../../src/kubernetes/kube-client.ts';
import { FakeApiServer, type ExchangeFault } from '../api-server.ts';
import { plainCredentials } from '../plain-credentials.ts';

const collection = '/api/v1/namespaces/default/endpoints';
export const exampleObject: JsonObject = {
  apiVersion: 'v1',
  kind: 'Endpoints',
  metadata: { name: 'example' },
};
export const examplePath = `${collection}/example`;
export const exampleWatchPath = `${collection}?watch=1&fieldSelector=metadata.name%3Dexample`;

/** Milliseconds to an answer: more than any takes. */
export const patient = 15_000;
/** Less than a test wants to wait. */
export const impatient = 150;
/** Long enough for a request that is answered to be in time on a loaded machine. */
export const fair = 1500;

/** A client, and the server that it asks, which has one Endpoints object and takes one token. */
export class ClientAndServer {
  readonly server: FakeApiServer;
  /** How often the client told its credentials that they were not accepted. */
  rejections = 0;
  #client: KubeClient;

  private constructor(server: FakeApiServer) {
    this.server = server;
    this.#client = this.#newClient(patient);
  }

  static async start(): Promise<ClientAndServer> {
    const server = await FakeApiServer.start({ token: 'secret-token' });
    server.objects.post(collection, exampleObject);
    return new ClientAndServer(server);
  }

  async end(): Promise<void> {
    this.#client.close();
    await this.server.close();
  }

  get client(): KubeClient {
    return this.#client;
  }

  /** Goes on with another client. */
  clientWith(requestTimeoutMs: number, credentials: Partial<Credentials> = {}): void {
    this.#client.close();
    this.#client = this.#newClient(requestTimeoutMs, credentials);
  }

  /** What happens to the next request. */
  fault(answering: ExchangeFault): void {
    this.server.fault(() => true, answering);
  }

  get(): Promise<JsonObject> {
    return this.#client.request('GET', examplePath);
  }

  /** The events of a watch until it ends. */
  async follow(signal = new AbortController().signal): Promise<WatchEvent[]> {
    const events: WatchEvent[] = [];
    for await (const event of this.#client.watch(exampleWatchPath, signal)) events.push(event);
    return events;
  }

  #newClient(requestTimeoutMs: number, credentials: Partial<Credentials> = {}): KubeClient {
    return new KubeClient({
      requestTimeoutMs,
      credentials: plainCredentials(this.server.url, {
        authorize: () => Promise.resolve({ headers: { Authorization: 'Bearer secret-token' }, tls: {} }),
        rejected: () => (this.rejections += 1),
        ...credentials,
      }),
    });
  }
}

/** The error of a request: of one line, and without the token. */
export async function failureOf(request: Promise<unknown>): Promise<Error> {
  const error: unknown = await request.then(
    () => assert.fail('the request succeeded'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Error);
  assert.ok(!error.message.includes('\n'), error.message);
  assert.ok(!error.message.includes('secret-token'), error.message);
  return error;
}
