import { metadataOf } from '../../../elector/src/kubernetes/kube-object.ts';
import {
  describeLockStore,
  outcomeOf,
  seenChange,
  versioned,
  type ConditionalStore,
} from '../../../cluster/test/contract/conditional-write-cases.ts';
import { ObjectStore } from '../../simulation/object-store.ts';
import { World } from '../../simulation/world.ts';

/** The objects of one collection of a new store. */
function storeOf(collection: string): ConditionalStore {
  const store = new ObjectStore(new World(1, false), () => undefined);
  const path = (name: string) => `${collection}/${name}`;
  const body = (name: string, fields: object) => ({ metadata: { ...fields, name } });
  return {
    create: (name, fields) => outcomeOf('created', store.create(path(name), body(name, fields))),
    update: (name, fields, { uid, resourceVersion }) =>
      outcomeOf('updated', store.replace(path(name), body(name, { ...fields, uid, resourceVersion }))),
    remove(name) {
      const object = store.read(path(name)) ?? {};
      store.remove(path(name));
      return { kind: 'deleted', object: versioned(metadataOf(object)) };
    },
    read(name) {
      const object = store.read(path(name));
      return object && versioned(metadataOf(object));
    },
    changesAfter: (name, resourceVersion, count) =>
      store.since(path(name), Number(resourceVersion)).slice(0, count).map(seenChange),
  };
}

describe("The simulation's store", () => {
  describeLockStore(storeOf, {
    'deletions by clients': 'since no candidate deletes its lock; faults do, without a condition',
  });
});
