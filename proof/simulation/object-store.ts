import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type JsonObject } from '../../base/json.ts';
import { metadataOf } from '../../elector/src/kubernetes/kube-object.ts';
import type { World } from './world.ts';

/** One change of an object. */
export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly resourceVersion: number;
  /** True time of the change. */
  readonly time: number;
  /** As it was written; of a deletion, as it was before, with the deletion's resourceVersion. */
  readonly object: JsonObject;
}

/** What an API server answers. */
export interface Answer {
  readonly code: number;
  readonly body: JsonObject;
  readonly retryAfter?: string;
}

// Other objects change as well. It leaves room for versions that were not used before the state was restored.
const versionStep = 16;

/** The objects behind an API server, by path, with Kubernetes' conditions for writes. */
export class ObjectStore {
  readonly #world: World;
  readonly #changes = new Map<string, Change[]>();
  readonly #onChange: (path: string, change: Change) => void;
  #resourceVersion: number;
  #restorations = 0;
  #uids = 0;

  constructor(world: World, onChange: (path: string, change: Change) => void) {
    this.#world = world;
    this.#onChange = onChange;
    this.#resourceVersion = versionStep * Math.floor(world.random.between(1, 1000));
  }

  get resourceVersion(): number {
    return this.#resourceVersion;
  }

  /** The object, as it was at `time`; null where there was none. */
  read(path: string, time = this.#world.now): JsonObject | null {
    const change = this.#changes.get(path)?.findLast((each) => each.time <= time);
    return change === undefined || change.type === 'DELETED' ? null : change.object;
  }

  /** The versions that its objects have had, as far as they are known, in order. */
  get versions(): readonly number[] {
    const all = [...this.#changes.values()].flat().map((change) => change.resourceVersion);
    return all.sort((one, other) => one - other);
  }

  since(path: string, resourceVersion: number): Change[] {
    return (this.#changes.get(path) ?? []).filter((change) => change.resourceVersion > resourceVersion);
  }

  /** A POST. */
  create(path: string, object: JsonObject): Answer {
    if (metadataOf(object)['resourceVersion'] !== undefined) return refusal(500, 'InternalError');
    if (this.read(path) !== null) return refusal(409, 'AlreadyExists');
    return this.#create(path, object);
  }

  /**
   * A PUT. With a uid or a resourceVersion it is conditional on them; a Lease must name the resourceVersion. Without a uid it creates
   * what is not there, with one it conflicts. One that changes nothing is answered 200 and stores nothing.
   */
  replace(path: string, object: JsonObject): Answer {
    const current = this.read(path);
    const { uid, resourceVersion } = metadataOf(object);
    if (current === null) return uid === undefined ? this.#create(path, object) : refusal(409, 'Conflict');
    const present = metadataOf(current);
    if (uid !== undefined && uid !== present['uid']) return refusal(409, 'Conflict');
    if (resourceVersion === undefined && isLease(path)) return refusal(422, 'Invalid');
    if (resourceVersion !== undefined && resourceVersion !== present['resourceVersion'])
      return refusal(409, 'Conflict');
    const presentUid = String(present['uid']);
    const unchanged = isDeepStrictEqual(
      stamped(object, presentUid, String(present['resourceVersion'])),
      current,
    );
    return { code: 200, body: unchanged ? current : this.#store(path, 'MODIFIED', object, presentUid) };
  }

  remove(path: string): void {
    const current = this.read(path);
    if (current !== null) this.#store(path, 'DELETED', current, String(metadataOf(current)['uid']));
  }

  /**
   * Goes back to how all was at `resourceVersion`, and counts on from there. The versions to come are not those that were: that one number
   * stands for two states is what no candidate can tell, and nothing is promised then. Returns whether there were such versions left.
   */
  restore(resourceVersion: number): boolean {
    if (this.#restorations === versionStep - 1) return false;
    this.#restorations += 1;
    for (const [path, changes] of this.#changes)
      this.#changes.set(
        path,
        changes.filter((change) => change.resourceVersion <= resourceVersion),
      );
    this.#resourceVersion = resourceVersion - (resourceVersion % versionStep) + this.#restorations;
    return true;
  }

  /** Another object somewhere else changed. */
  passVersions(count: number): void {
    this.#resourceVersion += count * versionStep;
  }

  #create(path: string, object: JsonObject): Answer {
    return { code: 201, body: this.#store(path, 'ADDED', object, `lock-${++this.#uids}`) };
  }

  #store(path: string, type: Change['type'], object: JsonObject, uid: string): JsonObject {
    this.#resourceVersion += versionStep;
    const resourceVersion = this.#resourceVersion;
    const stored = stamped(object, uid, String(resourceVersion));
    const change = { type, resourceVersion, time: this.#world.now, object: stored };
    const changes = this.#changes.get(path);
    if (changes === undefined) this.#changes.set(path, [change]);
    else changes.push(change);
    this.#onChange(path, change);
    return stored;
  }
}

/** The object as an API server keeps it: a field that is null, and one of the metadata that is empty, is not there. */
function stamped(object: JsonObject, uid: string, resourceVersion: string): JsonObject {
  const { name, namespace, ...rest } = metadataOf(object);
  const filled = Object.fromEntries(Object.entries(rest).filter(([, value]) => !isEmpty(value)));
  const metadata = { ...filled, name, namespace, uid, resourceVersion };
  const json = JSON.stringify({ ...object, metadata });
  const parsed: unknown = JSON.parse(json, (_, value: unknown) => value ?? undefined);
  return isJsonObject(parsed) ? parsed : {};
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function isLease(path: string): boolean {
  return path.split('/').at(-2) === 'leases';
}

export function refusal(code: number, reason: string): Answer {
  return { code, body: { kind: 'Status', code, reason } };
}
