import type { JsonObject } from '../../base/json.ts';
import { ObjectStore, refusal, type Answer, type Change } from './object-store.ts';
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
export class ApiServer {
  readonly conditions: Windows<ServerCondition>;
  readonly store: ObjectStore;
  readonly #world: World;
  readonly #watches = new Set<Watch>();
  /** Watches cannot be resumed from before this resourceVersion. */
  #compactedTo = 0;
  #epoch = 0;

  constructor(world: World) {
    this.#world = world;
    this.conditions = new Windows(world);
    this.store = new ObjectStore(world, (path, change) => this.#publish(path, change));
  }

  /** Which of its lives it is in: what was sent to an earlier one does not arrive. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Answers a request; null where the connection is refused. */
  handle(method: string, path: string, body: JsonObject): Answer | null {
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
  ): { answer: Answer; close: () => void } | null {
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
    if (!this.store.restore(resourceVersion)) return false;
    this.#epoch += 1;
    this.#compactedTo = resourceVersion;
    this.endWatches('closed');
    return true;
  }

  /** Forgets the changes so far, for watches that want to resume. */
  compact(): void {
    this.#compactedTo = this.store.resourceVersion;
  }

  sendBookmarks(): void {
    const resourceVersion = String(this.store.resourceVersion);
    for (const { sink } of this.#watches) {
      sink.event({ type: 'BOOKMARK', object: { metadata: { resourceVersion } } });
    }
  }

  /** What keeps anybody from anything. */
  #refuse(): Answer | null {
    if (this.#world.random.chance(this.conditions.value('does not know anybody')))
      return this.#counted(refusal(401, 'Unauthorized'));
    const retryAfterMs = this.conditions.value('throttles');
    if (retryAfterMs > 0) return this.#throttled(String(Math.ceil(retryAfterMs / 1000)));
    const { random } = this.#world;
    if (!random.chance(this.conditions.value('throttles oddly'))) return null;
    return this.#throttled(oddRetryAfter[Math.floor(random.next() * oddRetryAfter.length)] ?? '');
  }

  #throttled(retryAfter: string): Answer {
    const [code, reason] = this.#world.random.chance(0.5)
      ? [429, 'TooManyRequests']
      : [503, 'ServiceUnavailable'];
    return this.#counted({ ...refusal(code, reason), retryAfter });
  }

  #act(method: string, path: string, body: JsonObject): Answer {
    if (method === 'POST') return this.store.create(path, body);
    if (method === 'PUT') return this.store.replace(path, body);
    const age = this.#world.random.next() * this.conditions.value('reads stale');
    if (age > 0) this.#world.count('stale read');
    const object = this.store.read(path, this.#world.now - Math.round(age * 1000));
    return object === null ? refusal(404, 'NotFound') : { code: 200, body: object };
  }

  #refuseWatch(resourceVersion: number): Answer | null {
    const refused = this.#refuse();
    if (refused !== null) return refused;
    if (this.conditions.holds('forbids watches')) return refusal(403, 'Forbidden');
    const isTooOld = resourceVersion > 0 && resourceVersion < this.#compactedTo;
    if (isTooOld) return refusal(410, 'Expired');
    // Kubernetes waits for a version that is yet to come, and then gives up.
    return resourceVersion > this.store.resourceVersion ? refusal(410, 'Timeout') : null;
  }

  /** From 0 a watch begins with the present state, of a cache that may lag. */
  #eventsSince(path: string, resourceVersion: number): JsonObject[] {
    if (resourceVersion > 0) return this.store.since(path, resourceVersion).map(eventOf);
    const lag = Math.round(this.conditions.value('watches lag') * 1000);
    const object = this.store.read(path, this.#world.now - lag);
    const version = Number((object?.['metadata'] as JsonObject | undefined)?.['resourceVersion'] ?? 0);
    const since = object === null ? [] : this.store.since(path, version);
    return [...(object === null ? [] : [{ type: 'ADDED', object }]), ...since.map(eventOf)];
  }

  #publish(path: string, change: Change): void {
    this.#world.record(`store ${change.type} ${JSON.stringify(change.object)}`);
    for (const watch of this.#watches) if (watch.path === path) watch.sink.event(eventOf(change));
  }

  #counted(answer: Answer): Answer {
    this.#world.count(`answer ${answer.code}`);
    return answer;
  }
}

function eventOf({ type, object }: Change): JsonObject {
  return { type, object };
}
