import type { ResourceClient, Stored, Writable } from '../client/resource-client.ts';

/** The object of that name as soon as it exists and fulfils the condition. */
export function until<T extends Writable>(
  client: ResourceClient<T>,
  namespace: string | null,
  name: string,
  condition: (object: Stored<T>) => boolean,
): Promise<Stored<T>> {
  return untilAmong(client, namespace, (objects) => {
    const found = objects.find(({ metadata }) => metadata.name === name);
    return found && condition(found) ? found : undefined;
  });
}

/** Resolves as soon as no object has that name. */
export async function untilGone<T extends Writable>(
  client: ResourceClient<T>,
  namespace: string | null,
  name: string,
): Promise<void> {
  await untilAmong(client, namespace, (objects) =>
    objects.some(({ metadata }) => metadata.name === name) ? undefined : true,
  );
}

/** What `find` makes of a namespace's objects, as soon as it is not undefined. Looks again at each change. */
export function untilAmong<T extends Writable, R>(
  client: ResourceClient<T>,
  namespace: string | null,
  find: (objects: Stored<T>[]) => R | undefined,
): Promise<R> {
  let end = () => {};
  const found = new Promise<R>((resolve, reject) => {
    const look = () => {
      try {
        const result = find(client.list({ namespace }));
        if (result !== undefined) resolve(result);
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    };
    end = client.watch(look, { namespace });
    look();
  });
  return found.finally(() => end());
}
