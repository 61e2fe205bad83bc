import { now, type Instant } from '../../base/clock.ts';
import { noClaims } from '../../elector/src/kubernetes/credentials.ts';
import { isJsonObject, type JsonObject } from '../../base/json.ts';
import { KubeClient, type Method, type WatchEvent } from '../../elector/src/kubernetes/kube-client.ts';
import { metadataOf } from '../../elector/src/kubernetes/kube-object.ts';
import { refusal } from '../../base/testing/kube-objects.ts';
import type { SimulatedApiServer, ServerAnswer, WatchSink } from './simulated-api-server.ts';
import type { ElectorModule } from './elector-under-test.ts';
import { Inbox } from './inbox.ts';
import type { Link } from './link.ts';
import type { SimulatedProcess } from './simulated-process.ts';
import type { World } from './world.ts';

export interface SimulatedKubeClientOptions {
  readonly world: World;
  readonly process: SimulatedProcess;
  readonly link: Link;
  readonly server: SimulatedApiServer;
  readonly requestTimeoutMs: number;
  readonly errors: Pick<ElectorModule, 'refusalError' | 'requestError'>;
  /** Told of each answer and event before the elector has it. */
  readonly onArrival: (arrival: Arrival) => void;
}

/** An answer, or an event of a watch. */
export interface Arrival {
  readonly method: Method | 'WATCH';
  readonly answer: ServerAnswer;
  /** What the request carried; empty for a watch. */
  readonly body: JsonObject;
  /** When the request was sent, or the watch opened. */
  readonly sentAt: Instant;
}

const nowhere = {
  server: 'http://simulated',
  namespace: null,
  claims: noClaims,
  authorize: () => Promise.resolve({ headers: {}, tls: {} }),
  rejected: () => {},
};

/** The client of one process: requests and watches as KubeClient makes them, over a simulated link, with KubeClient's timeouts. */
export class SimulatedKubeClient extends KubeClient {
  readonly #options: SimulatedKubeClientOptions;
  /** The objects that it was allowed to ask for so far. */
  readonly #reached = new Set<string>();

  constructor(options: SimulatedKubeClientOptions) {
    super({ credentials: nowhere, requestTimeoutMs: options.requestTimeoutMs });
    this.#options = options;
  }

  override request(method: Method, path: string, body: JsonObject = {}): Promise<JsonObject> {
    const { server, link, process, onArrival } = this.#options;
    const sentAt = now(process.clock);
    const name = `${method} ${path}`;
    const target = method === 'POST' ? `${path}/${String(metadataOf(body)['name'])}` : path;
    return new Promise((resolve, reject) => {
      const arrived = this.#awaitOnce((answer) => {
        if (answer instanceof Error) {
          reject(answer);
          return;
        }
        onArrival({ method, answer, body, sentAt });
        if (answer.code < 300) resolve(answer.body);
        else reject(this.#refused(name, answer));
      }, name);
      const { epoch } = server;
      const [beforeMs, afterMs] = this.#slowness(method);
      link.toServer(() => {
        if (epoch !== server.epoch) return;
        const answer = this.#forbidden(method, target) ?? server.handle(method, path, body);
        if (answer !== null && isAllowed(answer)) this.#reached.add(target);
        link.toPod(() => {
          if (epoch === server.epoch) arrived(answer);
        }, afterMs);
      }, beforeMs);
    });
  }

  /** How many milliseconds longer than usual the server takes, before and after it acts. */
  #slowness(method: Method): readonly [number, number] {
    const { server, world } = this.#options;
    const ms = method === 'GET' ? 0 : server.conditions.value('writes slowly');
    if (ms === 0) return [0, 0];
    return world.random.chance(0.5) ? [ms, 0] : [0, ms];
  }

  /** A refusal for a while of what was allowed before. What was never allowed is another matter: then nothing is promised (two locks). */
  #forbidden(method: Method, target: string): ServerAnswer | null {
    const { conditions } = this.#options.link;
    const isForbidden = conditions.holds(method === 'GET' ? 'reads forbidden' : 'writes forbidden');
    if (!isForbidden || !this.#reached.has(target)) return null;
    this.#options.world.count('answer 403');
    return refusal(403, 'Forbidden');
  }

  override async *watch(path: string, signal: AbortSignal): AsyncGenerator<WatchEvent, void, void> {
    const sentAt = now(this.#options.process.clock);
    const inbox = new Inbox<JsonObject>();
    const close = this.#openWatch(path, inbox);
    const end = () => inbox.end();
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
    try {
      for await (const { type, object } of inbox) {
        if (signal.aborted) return;
        if (!isJsonObject(object)) throw new Error('an event without an object');
        const answer = { code: type === 'ERROR' ? Number(object['code']) : 200, body: object };
        if (answer.code !== 200) throw this.#refused(path, answer);
        if (type !== 'BOOKMARK') {
          const seen = type === 'DELETED' ? gone : answer;
          this.#options.onArrival({ method: 'WATCH', answer: seen, body: {}, sentAt });
        }
        yield { type: type as WatchEvent['type'], object };
      }
    } finally {
      signal.removeEventListener('abort', end);
      close();
    }
  }

  /** Returns what closes the watch. */
  #openWatch(path: string, inbox: Inbox<JsonObject>): () => void {
    const { server, link, process } = this.#options;
    const { objectPath, resourceVersion } = readWatch(path);
    let isDone = false;
    let closeAtServer = () => {};
    const arrived = this.#awaitOnce((answer) => {
      if (answer instanceof Error) inbox.end(answer);
      else if (answer.code !== 200) inbox.end(this.#refused(path, answer));
    }, path);
    const { epoch } = server;
    link.toServer(() => {
      if (isDone || epoch !== server.epoch) return;
      isDone = true;
      const stream = link.openStream(() => server.conditions.value('watches lag'));
      const sink: WatchSink = {
        event: (event) => stream(() => process.receive(() => inbox.put(event))),
        end: () => stream(() => process.receive(() => inbox.end())),
      };
      const opened = server.watch(objectPath, resourceVersion, sink);
      if (opened !== null) closeAtServer = opened.close;
      link.toPod(() => arrived(opened?.answer ?? null));
    });
    return () => {
      isDone = true;
      closeAtServer();
    };
  }

  /** Calls back once: with the first answer to arrive, or with an error where the connection was refused or none arrived in time. */
  #awaitOnce(
    settle: (answer: ServerAnswer | Error) => void,
    name: string,
  ): (answer: ServerAnswer | null) => void {
    const { process, requestTimeoutMs, errors } = this.#options;
    let isSettled = false;
    const once = (answer: ServerAnswer | Error) => {
      if (isSettled) return;
      isSettled = true;
      cancel();
      settle(answer);
    };
    const late = () => once(errors.requestError(name, new Error(`no answer within ${requestTimeoutMs} ms`)));
    const cancel = process.clock.after(requestTimeoutMs, late);
    return (answer) =>
      process.receive(() => once(answer ?? errors.requestError(name, new Error('connect ECONNREFUSED'))));
  }

  #refused(request: string, { code, body, retryAfter }: ServerAnswer): Error {
    return this.#options.errors.refusalError({ request, code, body, retryAfter });
  }
}

/** Whether an answer says that the request was allowed. */
function isAllowed({ code }: ServerAnswer): boolean {
  return code < 300 || code === 404 || code === 409;
}

const gone: ServerAnswer = { code: 404, body: {} };

function readWatch(path: string): { objectPath: string; resourceVersion: number } {
  const { pathname, searchParams } = new URL(path, nowhere.server);
  const name = searchParams.get('fieldSelector')?.replace('metadata.name=', '') ?? '';
  return { objectPath: `${pathname}/${name}`, resourceVersion: Number(searchParams.get('resourceVersion')) };
}
