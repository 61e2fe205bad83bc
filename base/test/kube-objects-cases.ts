import {
  describeConditionalWrites,
  outcomeOf,
  versioned,
  type ConditionalStore,
  type Fields,
} from '../../cluster/testing/index.ts';
import type { JsonObject } from '../json.ts';
import type { KubeObjects } from '../testing/kube-objects.ts';

const kinds = {
  endpoints: { collection: '/api/v1/namespaces/default/endpoints', takesUnconditionalUpdates: true },
  leases: {
    collection: '/apis/coordination.k8s.io/v1/namespaces/default/leases',
    takesUnconditionalUpdates: false,
  },
};

/** Holds such objects to what a cluster is held to, for both kinds that locks are of. `newObjects` makes new ones. */
export function describeKubeObjects(newObjects: () => KubeObjects): void {
  for (const [kind, { collection, ...rules }] of Object.entries(kinds))
    describe(`of ${kind}`, () => {
      let store: ConditionalStore;
      beforeEach(() => (store = storeOf(newObjects(), collection)));

      describeConditionalWrites(() => store, rules);
    });
}

/** The objects of one collection. */
function storeOf(objects: KubeObjects, collection: string): ConditionalStore {
  const path = (name: string) => `${collection}/${name}`;
  const body = (name: string, fields: Fields) => ({ metadata: { ...fields, name } });
  return {
    create: (name, fields) => outcomeOf('created', objects.post(collection, body(name, fields))),
    update: (name, fields, { uid, resourceVersion }) =>
      outcomeOf('updated', objects.put(path(name), body(name, { ...fields, uid, resourceVersion }))),
    remove: (name, preconditions) => outcomeOf('deleted', objects.delete(path(name), preconditions)),
    read(name) {
      const object = objects.read(path(name));
      return object && shown(object);
    },
    changesAfter: (name, resourceVersion, count) =>
      objects
        .since(Number(resourceVersion), path(name))
        .slice(0, count)
        .map(({ type, object }) => ({
          type: type === 'DELETED' ? 'deleted' : 'written',
          object: shown(object),
        })),
  };
}

function shown({ metadata }: JsonObject) {
  return versioned(metadata as Fields);
}
