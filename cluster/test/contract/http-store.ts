import type { ApiClient } from '../../testing/api-client.ts';
import { seenChange, versioned } from '../../testing/conditional-store.ts';
import type { ConditionalStore, Fields, SeenChange } from '../../testing/conditional-store.ts';
import { outcomeOf } from '../../testing/write-outcome.ts';

/** The objects of one kind and namespace on an API server, over HTTP; `path` is their collection's, or one object's. */
export function httpStore(client: ApiClient, path: (name?: string) => string): ConditionalStore {
  const body = (name: string, fields: Fields) => ({ metadata: { ...fields, name } });
  return {
    create: async (name, fields) => outcomeOf('created', await client.post(path(), body(name, fields))),
    update: async (name, fields, { uid, resourceVersion }) =>
      outcomeOf('updated', await client.put(path(name), body(name, { ...fields, uid, resourceVersion }))),
    remove: async (name, preconditions) =>
      outcomeOf('deleted', await client.delete(path(name), preconditions && { preconditions })),
    async read(name) {
      const { code, body: found } = await client.get(path(name));
      return code === 404 ? null : versioned(found['metadata'] as Fields);
    },
    async changesAfter(name, resourceVersion, count) {
      const selection = `fieldSelector=metadata.name%3D${name}&resourceVersion=${resourceVersion}`;
      const watch = await client.watch(`${path()}?${selection}`);
      const changes: SeenChange[] = [];
      while (changes.length < count) changes.push(seenChange(await watch.next()));
      watch.close();
      return changes;
    },
  };
}
