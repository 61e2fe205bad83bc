import assert from 'node:assert/strict';
import type { Pod } from 'kubernetes-types/core/v1.js';
import { isReady } from '../../../controllers/pod-conditions.ts';
import { nodeImage } from '../objects.ts';
import type { ApiClient, ApiObject } from '../../../testing/api-client.ts';

/** A container that runs a Node program. */
export const nodeContainer = (name: string, program: string, rest: object = {}): object => ({
  name,
  image: nodeImage,
  imagePullPolicy: 'IfNotPresent',
  command: ['node', '-e', program],
  ...rest,
});

/** A program that runs until SIGTERM, and then ends at once. */
export const untilTold = `process.on('SIGTERM', () => process.exit(0)); setInterval(() => {}, 1e6);`;

/** A program that answers every request to a port with a status code. */
export const answering = (port: number, code: number): string =>
  `process.on('SIGTERM', () => process.exit(0));
   require('http').createServer((_, response) => response.writeHead(${code}).end()).listen(${port});`;

/** Whether a pod, as the API shows it, is ready. */
export const showsReady = (pod: ApiObject): boolean => isReady(pod as Pod);

/**
 * The objects of a resource as soon as `find` makes something of them, at each change.
 * @param path the resource's path, with a selector or without
 */
export async function untilListed<T>(
  client: ApiClient,
  path: string,
  find: (objects: readonly ApiObject[]) => T | null | undefined | false,
): Promise<T> {
  // From any state on, however old: a real server may give up on waiting for the newest one (504).
  const watch = await client.watch(`${path}${path.includes('?') ? '&' : '?'}resourceVersion=0`);
  const objects = new Map<string, ApiObject>();
  try {
    for (;;) {
      const { type, object } = await watch.next();
      assert.notEqual(type, 'ERROR', JSON.stringify(object));
      if (type === 'DELETED') objects.delete(object.metadata.name);
      else objects.set(object.metadata.name, object);
      const found = find([...objects.values()]);
      if (found !== null && found !== undefined && found !== false) return found;
    }
  } finally {
    watch.close();
  }
}
