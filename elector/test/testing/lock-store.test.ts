import assert from 'node:assert/strict';
import { describeConditionalWrites } from '../../../cluster/testing/index.ts';
import type { ConditionalStore, Fields, Versioned } from '../../../cluster/testing/index.ts';
import type { WriteOutcome } from '../../../base/testing/object-store.ts';
import {
  ConflictError,
  ExpiredError,
  type LockObject,
  type LockWrite,
} from '../../src/election/resource-lock.ts';
import { LockStore } from '../../src/testing/lock-store.ts';

/** A lock store for one object, whose holder is the note. */
function conditionalStore(store: LockStore): ConditionalStore {
  return {
    create: (_, fields) =>
      outcome('AlreadyExists', () => ({ kind: 'created', object: shown(store.create(writeOf(fields))) })),
    update: (_, fields, { uid = '', resourceVersion = '' }) =>
      outcome('Conflict', () => {
        const write = writeOf(fields);
        const observed: LockObject = {
          uid,
          resourceVersion,
          reading: { kind: 'none' },
          holderUid: null,
          holdsBoth: false,
          release: null,
        };
        return { kind: 'updated', object: shown(store.update(observed, write)) };
      }),
    remove() {
      const { object } = store;
      store.remove();
      return object === null ? { kind: 'NotFound' } : { kind: 'deleted', object: shown(object) };
    },
    read: () => store.object && shown(store.object),
    changesAfter(_, resourceVersion, count) {
      let note = '';
      return store
        .since(resourceVersion)
        .slice(0, count)
        .flatMap((event) => {
          if (event.type === 'bookmark') return [];
          const { type } = event;
          const object = type === 'changed' ? shown(event.object) : { ...event, note };
          ({ note } = object);
          const { uid, resourceVersion: version } = object;
          return [
            {
              type: type === 'changed' ? ('written' as const) : ('deleted' as const),
              object: { uid, resourceVersion: version, note },
            },
          ];
        });
    },
  };
}

function writeOf({ annotations }: Fields): LockWrite {
  const { note } = annotations as { note: string };
  const record = {
    holderIdentity: note,
    leaseDurationSeconds: 10,
    acquireTime: null,
    renewTime: null,
    leaderTransitions: 0,
  };
  return { record, holderUid: null, holdsBoth: false, release: null };
}

function shown({ uid, resourceVersion, reading }: LockObject): Versioned {
  const note = reading.kind === 'record' ? reading.record.holderIdentity : '';
  return { uid, resourceVersion, note };
}

function outcome(
  refusal: 'AlreadyExists' | 'Conflict',
  write: () => WriteOutcome<Versioned>,
): WriteOutcome<Versioned> {
  try {
    return write();
  } catch (error) {
    if (error instanceof ConflictError) return { kind: refusal };
    throw error;
  }
}

describe('The lock store of the tests', () => {
  let store: LockStore;
  beforeEach(() => (store = new LockStore()));

  const always = 'since an update is always on condition of both, as ResourceLock has it';
  describeConditionalWrites(
    () => conditionalStore(store),
    { takesUnconditionalUpdates: false },
    {
      'several objects': 'since it is one object',
      'writes without a uid': always,
      'writes without a resourceVersion': always,
      'fields of any form': 'since it keeps records, not JSON',
      'deletions by clients': 'since no candidate deletes its lock; tests do, without a condition',
    },
  );

  it('remembers the last thousand changes or so: older watches cannot be resumed', () => {
    let object = store.create(writeOf({ annotations: { note: '0' } }));
    const first = object.resourceVersion;
    for (let note = 1; note < 1000; note++)
      object = store.update(object, writeOf({ annotations: { note: String(note) } }));
    assert.equal(store.since(first).length, 999);
    for (let note = 1000; note < 5000; note++)
      object = store.update(object, writeOf({ annotations: { note: String(note) } }));
    assert.throws(() => store.since(first), ExpiredError);
    assert.ok(store.since(object.resourceVersion).length === 0 && store.since(null).length === 1);
  });
});
