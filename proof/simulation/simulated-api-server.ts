import type { JsonObject } from '../../base/json.ts';
import { refusal, type ApiAnswer } from '../../base/testing/kube-objects.ts';
import type { ObjectChange } from '../../base/testing/object-store.ts';
import { SimulatedObjects } from './simulated-objects.ts';
import { Windows } from './windows.ts';
import type { World } from './world.ts';

/** What can be wrong with an API server for a while; the strength is a probability, or a time in milliseconds. */
export type ServerCondition =
  | 'fails before it acts'
  | 'fails after it acted'
  | 'throttles'
  | 'throttles oddly'
  | 'writes slowly'
  | 'does not know anybody'
  | 'reads stale'
  | 'watches lag'
  | 'forbids watches'
  | 'is down';

/** What servers and proxies were seen to send as Retry-After, besides sensible seconds. */
const oddRetryAfter = ['1'];

/** What it answers; `retryAfter` is the header Retry-After. */
export interface ServerAnswer extends ApiAnswer {
  readonly retryAfter?: string;
}

/** Where a watch's events go. */
export interface WatchSink {
  event(event: JsonObject): void;
  end(): void;
}

interface Watch {
  readonly path: string;
  readonly sink: WatchSink;
}

/** An API server: requests, watches, and what can be wrong with them. */
export class SimulatedApiServer {
  readonly conditions: Windows<ServerCondition>;
  readonly objects: SimulatedObjects;
  readonly #world: World;
  readonly #watches = new Set<Watch>();
  /** Watches cannot be resumed from before this resourceVersion. */
  #compactedTo = 0;
  #epoch = 0;

  constructor(world: World) {
    this.#world = world;
    this.conditions = new Windows(world);
    this.objects = new SimulatedObjects(world);
    this.objects.subscribe((change) => this.#publish(change));
  }

  /** Which of its lives it is in: what was sent to an earlier one does not arrive. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Answers a request; null where the connection is refused. */
  handle(method: string, path: string, body: JsonObject): ServerAnswer | null {
    const { random } = this.#world;
    if (this.conditions.holds('is down')) return null;
    const refused = this.#refuse();
    if (refused !== null) return refused;
    if (random.chance(this.conditions.value('fails before it acts')))
      return this.#counted(refusal(500, 'InternalError'));
    const answer = this.#act(method, path, body);
    if (random.chance(this.conditions.value('fails after it acted')))
      return this.#counted(refusal(504, 'Timeout'));
    this.#world.count(`answer ${method} ${answer.code}`);
    return answer;
  }

  /** Opens a watch on one object; null where the connection is refused. With a refusal as answer nothing was opened. */
  watch(
    path: string,
    resourceVersion: number,
    sink: WatchSink,
  ): { answer: ServerAnswer; close: () => void } | null {
    if (this.conditions.holds('is down')) return null;
    const refused = this.#refuseWatch(resourceVersion);
    if (refused !== null) return { answer: this.#counted(refused), close: () => {} };
    const watch = { path, sink };
    this.#watches.add(watch);
    for (const event of this.#eventsSince(path, resourceVersion)) sink.event(event);
    return { answer: { code: 200, body: {} }, close: () => this.#watches.delete(watch) };
  }

  /** Ends every watch, as a server does that goes away; 'expired' ends them with an event of code 410. */
  endWatches(how: 'closed' | 'expired'): void {
    for (const { sink } of this.#watches) {
      if (how === 'expired') sink.event({ type: 'ERROR', object: refusal(410, 'Expired').body });
      sink.end();
    }
    this.#watches.clear();
  }

  /** Starts anew with its state at an earlier version, as with etcd restored from a backup; returns whether it did. */
  restore(resourceVersion: number): boolean {
    if (!this.objects.goBack(resourceVersion)) return false;
    this.#epoch += 1;
    this.#compactedTo = resourceVersion;
    this.endWatches('closed');
    return true;
  }

  /** Forgets the changes so far, for watches that want to resume. */
  compact(): void {
    this.#compactedTo = this.objects.resourceVersion;
  }

  sendBookmarks(): void {
    const resourceVersion = String(this.objects.resourceVersion);
    for (const { sink } of this.#watches) {
      sink.event({ type: 'BOOKMARK', object: { metadata: { resourceVersion } } });
    }
  }

  /** What keeps anybody from anything. */
  #refuse(): ServerAnswer | null {
    if (this.#world.random.chance(this.conditions.value('does not know anybody')))
      return this.#counted(refusal(401, 'Unauthorized'));
    const retryAfterMs = this.conditions.value('throttles');
    if (retryAfterMs > 0) return this.#throttled(String(Math.ceil(retryAfterMs / 1000)));
    const { random } = this.#world;
    if (!random.chance(this.conditions.value('throttles oddly'))) return null;
    return this.#throttled(oddRetryAfter[Math.floor(random.next() * oddRetryAfter.length)] ?? '');
  }

  #throttled(retryAfter: string): ServerAnswer {
    const [code, reason] = this.#world.random.chance(0.5)
      ? [429, 'TooManyRequests']
      : [503, 'ServiceUnavailable'];
    return this.#counted({ ...refusal(code, reason), retryAfter });
  }

  #act(method: string, path: string, body: JsonObject): ServerAnswer {
    if (method === 'POST') return this.objects.post(path, body);
    if (method === 'PUT') return this.objects.put(path, body);
    const age = this.#world.random.next() * this.conditions.value('reads stale');
    if (age > 0) this.#world.count('stale read');
    const object = this.objects.readAt(path, this.#world.now - Math.round(age * 1000));
    return object === null ? refusal(404, 'NotFound') : { code: 200, body: object };
  }

  #refuseWatch(resourceVersion: number): ServerAnswer | null {
    const refused = this.#refuse();
    if (refused !== null) return refused;
    if (this.conditions.holds('forbids watches')) return refusal(403, 'Forbidden');
    const isTooOld = resourceVersion > 0 && resourceVersion < this.#compactedTo;
    if (isTooOld) return refusal(410, 'Expired');
    // Kubernetes waits for a version that is yet to come, and then gives up.
    return resourceVersion > this.objects.resourceVersion ? refusal(410, 'Timeout') : null;
  }

  /** From 0 a watch begins with the present state, of a cache that may lag. */
  #eventsSince(path: string, resourceVersion: number): JsonObject[] {
    if (resourceVersion > 0) return this.objects.since(resourceVersion, path).map(eventOf);
    const lag = Math.round(this.conditions.value('watches lag') * 1000);
    const object = this.objects.readAt(path, this.#world.now - lag);
    const version = Number((object?.['metadata'] as JsonObject | undefined)?.['resourceVersion'] ?? 0);
    const since = object === null ? [] : this.objects.since(version, path);
    return [...(object === null ? [] : [{ type: 'ADDED', object }]), ...since.map(eventOf)];
  }

  #publish(change: ObjectChange<JsonObject>): void {
    this.#world.record(`store ${change.type} ${JSON.stringify(change.object)}`);
    for (const watch of this.#watches) if (watch.path === change.path) watch.sink.event(eventOf(change));
  }

  #counted(answer: ServerAnswer): ServerAnswer {
    this.#world.count(`answer ${answer.code}`);
    return answer;
  }
}

function eventOf({ type, object }: ObjectChange<JsonObject>): JsonObject {
  return { type, object };
}
