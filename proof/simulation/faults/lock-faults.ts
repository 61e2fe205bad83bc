import type { JsonObject } from '../../../base/json.ts';
import { leaderAnnotation } from '../../../elector/src/election/leader-election-record.ts';
import { withAnnotation } from '../../../elector/src/kubernetes/kube-object.ts';
import type { FaultyHistory, Inject, Injection } from './fault.ts';

/** What others do to the object that holds the lock. */
export const lockFaults = {
  'lock deleted': (history, injection) => {
    const path = pathFor(history, injection);
    return history.vanish(path, () => history.server.objects.remove(path));
  },
  'record lost': (history, injection) => {
    const path = pathFor(history, injection);
    return history.vanish(path, () =>
      edit(history, path, (object) =>
        object['kind'] === 'Lease' ? { ...object, spec: {} } : withAnnotation(object, leaderAnnotation, null),
      ),
    );
  },
  'record garbled': (history, injection) => {
    const path = pathFor(history, injection);
    if (!path.includes('/endpoints/')) return false;
    return history.vanish(path, () =>
      edit(history, path, (object) => withAnnotation(object, leaderAnnotation, '{"holder')),
    );
  },
  'lock touched': (history, injection) => {
    const note = String(history.world.now);
    return edit(history, pathFor(history, injection), (object) => withAnnotation(object, 'note', note));
  },
} satisfies Record<string, Inject>;

/** The object that a fault of the lock is for. */
function pathFor({ lockPaths }: FaultyHistory, { strength }: Injection): string {
  return lockPaths[strength > 0.5 ? lockPaths.length - 1 : 0] ?? '';
}

/** An administrator changes the lock as it is at this moment. Returns whether there was one. */
function edit({ server }: FaultyHistory, path: string, change: (object: JsonObject) => JsonObject): boolean {
  const object = server.objects.read(path);
  if (object === null) return false;
  return server.objects.put(path, change(object)).code === 200;
}
