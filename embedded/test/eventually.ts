import type { ResourceClient, Stored, Writable } from '../client/resource-client.ts';

/** The object of that name as soon as it exists and fulfils the condition. */
export function eventually<T extends Writable>(
  client: ResourceClient<T>,
  namespace: string | null,
  name: string,
  condition: (object: Stored<T>) => boolean,
): Promise<Stored<T>> {
  return eventuallyAmong(client, namespace, (objects) => {
    const found = objects.find(({ metadata }) => metadata.name === name);
    return found && condition(found) ? found : undefined;
  });
}

/** Resolves as soon as no object has that name. */
export async function eventuallyGone<T extends Writable>(
  client: ResourceClient<T>,
  namespace: string | null,
  name: string,
): Promise<void> {
  await eventuallyAmong(client, namespace, (objects) =>
    objects.some(({ metadata }) => metadata.name === name) ? undefined : true,
  );
}

/** What `find` makes of a namespace's objects, as soon as it is not undefined. Looks again at each change. */
export function eventuallyAmong<T extends Writable, R>(
  client: ResourceClient<T>,
  namespace: string | null,
  find: (objects: Stored<T>[]) => R | undefined,
): Promise<R> {
  return new Promise((resolve, reject) => {
    let end = () => {};
    let isDone = false;
    const look = () => {
      if (isDone) return;
      try {
        const found = find(client.list({ namespace }));
        if (found === undefined) return;
        resolve(found);
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
      isDone = true;
      end();
    };
    end = client.watch(look, { namespace });
    if (isDone) end();
    else look();
  });
}
