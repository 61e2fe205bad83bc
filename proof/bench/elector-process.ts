import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, get, type ClientRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createParser } from 'eventsource-parser';
import { Child } from '../../base/testing/child.ts';
import type { ElectionStatus } from '../../elector/src/election/election-status.ts';
import { projectFolder } from '../../infra/bundle.ts';
import { elector } from '../../infra/packages.ts';
import type { Endpoint } from './api-server.ts';
import type { BenchCluster } from './bench-cluster.ts';
import type { Account } from './bench-namespace.ts';
import { Latest } from './latest.ts';
import type { Contender } from './timed-election.ts';

const folder = join(projectFolder, elector.folder);

/** How an elector is to be started. */
export interface ElectorOptions {
  readonly election: string;
  readonly ttlSeconds: number;
  /** Whose rights it has; default: those of the example's electors. */
  readonly account?: Account;
  /** Where it reaches the API server; default: at its own address. */
  readonly endpoint?: Endpoint;
}

/** The image's elector as a process, with the flags that it has in a pod, and an app beside it. */
export class ElectorProcess implements Contender {
  readonly name: string;
  /** Where it serves its HTTP API. */
  readonly url: string;
  readonly #child: Child;
  readonly #app: WatchedApp;

  private constructor(name: string, url: string, child: Child, app: WatchedApp) {
    this.name = name;
    this.url = url;
    this.#child = child;
    this.#app = app;
  }

  /** Starts it; resolves once it serves its HTTP API. @throws Error with what it wrote, where it ends before */
  static async start(
    cluster: BenchCluster,
    name: string,
    { election, ttlSeconds, account = 'watching', endpoint }: ElectorOptions,
  ): Promise<ElectorProcess> {
    const environment = await cluster.environment(account, endpoint);
    const app = await WatchedApp.start();
    const flags = [
      `--election=${election}`,
      `--id=${name}`,
      `--ttl=${ttlSeconds}s`,
      '--http=127.0.0.1:0',
      '--use-cluster-credentials=true',
      `--app-health-url=${app.healthUrl}`,
      '--token-file=/token',
    ];
    const env = { NODE_ENV: 'production', ...environment };
    const child = new Child(process.execPath, [...nodeArguments(), ...flags], env, folder);
    const [, url = ''] = await child.line(/serves the HTTP API.*(http:\/\/[^\s"]+)/);
    app.listenTo(url, await readFile(join(environment.CONTAINER_SANDBOX_MOUNT_POINT, 'token'), 'utf8'));
    return new ElectorProcess(name, url, child, app);
  }

  get pid(): number {
    return this.#child.pid;
  }

  leads(): Promise<number> {
    return this.#app.status.when(({ isLeader }) => isLeader);
  }

  /** Returns what counts how often it has stopped leading from here on. */
  countEndedTerms(): () => number {
    let ended = 0;
    let led = true;
    this.#app.status.onEach(({ isLeader }) => {
      if (led && !isLeader) ended += 1;
      led = isLeader;
    });
    return () => ended;
  }

  names(leader: string): Promise<unknown> {
    return this.#app.status.when(({ name }) => name === leader);
  }

  /** Ends it as a deleted pod ends: first the app, then the elector, which hands over. */
  async leave(): Promise<void> {
    this.#app.end();
    this.#child.signal('SIGTERM');
    await this.#child.ended;
  }

  /** Stops it in the middle of whatever it does. */
  freeze(): void {
    this.#child.signal('SIGSTOP');
  }

  /** Ends it without a word. */
  async end(): Promise<void> {
    const ended = this.#child.end();
    this.#app.end();
    await ended;
  }
}

/** What the image starts Node with. */
function nodeArguments(): string[] {
  const [, entryPoint] =
    /^ENTRYPOINT (\[.*\])$/m.exec(readFileSync(join(folder, 'Dockerfile'), 'utf8')) ?? [];
  if (entryPoint === undefined) throw new Error('the Dockerfile has no ENTRYPOINT');
  const [, ...args] = JSON.parse(entryPoint) as string[];
  return args;
}

/** The app beside an elector: it is healthy until it ends, and hears by `/events` who leads. */
class WatchedApp {
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
      const parser = createParser({
        onEvent: ({ event, data }) => {
          if (event === undefined) this.status.say(JSON.parse(data) as ElectionStatus);
        },
      });
      response.setEncoding('utf8').on('data', (text: string) => parser.feed(text));
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
