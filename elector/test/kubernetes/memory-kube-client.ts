import type { JsonObject } from '../../../base/json.ts';
import type { KubeObjects } from '../../../base/testing/kube-objects.ts';
import type { ObjectChange } from '../../../base/testing/object-store.ts';
import { noClaims } from '../../src/kubernetes/credentials.ts';
import { KubeClient, type Method, type WatchEvent } from '../../src/kubernetes/kube-client.ts';
import { refusalError, requestError } from '../../src/kubernetes/kube-error.ts';
import { metadataOf } from '../../src/kubernetes/kube-object.ts';

const nowhere = {
  server: 'http://memory',
  namespace: null,
  claims: noClaims,
  authorize: () => Promise.resolve({ headers: {}, tls: {} }),
  rejected: () => undefined,
};

/** A client of objects in this process: what it asks for is done at once, unless it is cut off. */
export class MemoryKubeClient extends KubeClient {
  /** Whether nothing that it asks for arrives. What it watches ends, too. */
  isCutOff = false;
  readonly #objects: KubeObjects;

  constructor(objects: KubeObjects) {
    super({ credentials: nowhere, requestTimeoutMs: 1 });
    this.#objects = objects;
  }

  override request(method: Method, path: string, body: JsonObject = {}): Promise<JsonObject> {
    const request = `${method} ${path}`;
    if (this.isCutOff) return Promise.reject(requestError(request, new Error('cut off')));
    const answer = this.#answer(method, path, body);
    if (answer.code < 300) return Promise.resolve(answer.body);
    return Promise.reject(refusalError({ request, code: answer.code, body: answer.body }));
  }

  override async *watch(path: string, signal: AbortSignal): AsyncGenerator<WatchEvent, void, void> {
    this.#requireLink(path);
    const { pathname, searchParams } = new URL(path, nowhere.server);
    const object = `${pathname}/${searchParams.get('fieldSelector')?.replace('metadata.name=', '') ?? ''}`;
    const from = Number(searchParams.get('resourceVersion'));
    const changes: Pick<ObjectChange<JsonObject>, 'type' | 'object'>[] = [];
    const present = this.#objects.read(object);
    if (present !== null && Number(metadataOf(present)['resourceVersion']) > from)
      changes.push({ type: 'MODIFIED', object: present });
    let wake = () => {};
    const stop = this.#objects.subscribe((change) => {
      if (change.path === object) changes.push(change);
      wake();
    });
    signal.addEventListener('abort', () => wake());
    try {
      while (!signal.aborted) {
        this.#requireLink(path);
        const next = changes.shift();
        if (next !== undefined) yield { type: next.type, object: next.object };
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      stop();
    }
  }

  #requireLink(request: string): void {
    if (this.isCutOff) throw requestError(request, new Error('cut off'));
  }

  #answer(method: Method, path: string, body: JsonObject) {
    switch (method) {
      case 'GET':
        return this.#objects.get(path);
      case 'POST':
        return this.#objects.post(path, body);
      case 'PUT':
        return this.#objects.put(path, body);
      case 'DELETE':
        return this.#objects.delete(path);
    }
  }
}
