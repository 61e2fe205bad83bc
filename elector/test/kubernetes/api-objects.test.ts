import {
  describeLockStore,
  outcomeOf,
  seenChange,
  versioned,
  type ConditionalStore,
} from '../../../cluster/test/contract/conditional-write-cases.ts';
import { metadataOf } from '../../src/kubernetes/kube-object.ts';
import { ApiObjects } from './api-objects.ts';

/** The objects of one collection of a new store. */
function storeOf(collection: string): ConditionalStore {
  const objects = new ApiObjects(() => undefined);
  const path = (name: string) => `${collection}/${name}`;
  const body = (name: string, fields: object) => ({ metadata: { ...fields, name } });
  return {
    create: (name, fields) => outcomeOf('created', objects.create(collection, body(name, fields))),
    update: (name, fields, { uid, resourceVersion }) =>
      outcomeOf('updated', objects.replace(path(name), body(name, { ...fields, uid, resourceVersion }))),
    remove: (name) => outcomeOf('deleted', objects.delete(path(name))),
    read(name) {
      const { code, body: object } = objects.get(path(name));
      return code === 404 ? null : versioned(metadataOf(object));
    },
    changesAfter: (name, resourceVersion, count) =>
      objects
        .changesAfter(Number(resourceVersion))
        .filter((change) => change.path === path(name))
        .slice(0, count)
        .map(seenChange),
  };
}

describe("The objects of the tests' API server", () => {
  describeLockStore(storeOf, {
    'deletions by clients': 'since no candidate deletes its lock; tests do, without a condition',
  });
});
