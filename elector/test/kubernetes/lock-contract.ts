import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { ObjectIdentity } from '../../src/kubernetes/credentials.ts';
import { type JsonObject } from '../../../base/json.ts';
import type { KubeClient } from '../../src/kubernetes/kube-client.ts';
import { annotationsOf, metadataOf } from '../../src/kubernetes/kube-object.ts';
import type { LeaderElectionRecord } from '../../src/election/leader-election-record.ts';
import { releaseAnnotation } from '../../src/kubernetes/release-annotation.ts';
import { holderUidAnnotation, type ObjectLock } from '../../src/kubernetes/object-lock.ts';
import {
  ConflictError,
  type LockEvent,
  type LockObject,
  type LockWrite,
} from '../../src/election/resource-lock.ts';

/** An API server to try locks on. */
export interface LockSite {
  readonly client: KubeClient;
  readonly namespace: string;
  /** A ServiceAccount of that namespace. */
  readonly owner: ObjectIdentity;
}

export type NewLock = (options: { name: string; owner: ObjectIdentity | null }) => ObjectLock;

export const record: LeaderElectionRecord = {
  holderIdentity: 'leader-elector-1',
  leaseDurationSeconds: 10,
  acquireTime: new Date('2020-03-26T16:42:37Z'),
  renewTime: new Date('2020-03-26T16:49:32Z'),
  leaderTransitions: 3,
};
export const held: LockWrite = { record, holderUid: 'b6e2d0a4-0001', holdsBoth: false, release: null };
const released: LockWrite = {
  record: { ...record, holderIdentity: '', leaseDurationSeconds: 1 },
  holderUid: null,
  holdsBoth: false,
  release: null,
};
const renewed: LockWrite = {
  ...held,
  record: { ...record, renewTime: new Date('2020-03-26T16:49:33Z') },
};

/** What every lock does on every API server. `collection` is the path of the lock's kind in the site's namespace. */
export function describeLock(site: () => LockSite, lockAt: () => NewLock, collection: () => string): void {
  let lock: ObjectLock;
  let name: string;
  let path: string;
  const read = () => site().client.request('GET', path);
  const replace = (object: JsonObject) => site().client.request('PUT', path, object);
  const remove = () => site().client.request('DELETE', path);

  beforeEach(() => {
    name = `lock-${randomUUID()}`;
    lock = lockAt()({ name, owner: null });
    path = `${collection()}/${name}`;
  });

  it('gets null where there is no object', async () => {
    assert.equal(await lock.get(), null);
  });

  it('gets the record and the holder that were created', async () => {
    const created = await lock.create(held);
    assert.deepEqual(created.reading, { kind: 'record', record });
    assert.equal(created.holderUid, held.holderUid);
    assert.deepEqual(await lock.get(), created);
  });

  it('refuses to create what exists', async () => {
    await lock.create(held);
    await assert.rejects(lock.create(held), ConflictError);
  });

  it('reports an object without a record as none', async () => {
    const neighbour = `${name}-neighbour`;
    await lockAt()({ name: neighbour, owner: null }).create(held);
    const { kind, apiVersion } = await site().client.request('GET', `${collection()}/${neighbour}`);
    await site().client.request('POST', collection(), { kind, apiVersion, metadata: { name } });
    assert.deepEqual((await lock.get())?.reading, { kind: 'none' });
  });

  it('updates what it read, under a new resourceVersion', async () => {
    const created = await lock.create(held);
    const updated = await lock.update(created, renewed);
    assert.equal(updated.uid, created.uid);
    assert.notEqual(updated.resourceVersion, created.resourceVersion);
    assert.deepEqual(updated.reading, { kind: 'record', record: renewed.record });
    assert.deepEqual(await lock.get(), updated);
  });

  it('leaves the resourceVersion as it is when an update changes nothing (rule 4)', async () => {
    const created = await lock.create(held);
    const updated = await lock.update(created, held);
    assert.equal(updated.resourceVersion, created.resourceVersion);
  });

  it('refuses to update from a stale read, and changes nothing (rule 1)', async () => {
    const created = await lock.create(held);
    const updated = await lock.update(created, renewed);
    await assert.rejects(lock.update(created, released), ConflictError);
    assert.deepEqual(await lock.get(), updated);
  });

  it('refuses to update what was deleted, and does not create it again (rule 1)', async () => {
    const created = await lock.create(held);
    await remove();
    await assert.rejects(lock.update(created, renewed), ConflictError);
    assert.equal(await lock.get(), null);
  });

  it('refuses to update another object that took the name (rule 1)', async () => {
    const created = await lock.create(held);
    await remove();
    const other = await lock.create(renewed);
    await assert.rejects(lock.update(created, released), ConflictError);
    // A real cluster's endpoints controller, told of the deletion late, may have deleted the other Endpoints as well.
    const now = await lock.get();
    if (now !== null) assert.deepEqual(now, other);
  });

  it('releases: no holder, and no uid of one', async () => {
    const updated = await lock.update(await lock.create(held), released);
    assert.deepEqual(updated.reading, { kind: 'record', record: released.record });
    assert.equal(updated.holderUid, null);
    assert.equal(holderUidAnnotation in annotationsOf(await read()), false);
  });

  it('says of a release who released it, why, and who should follow; and nothing once it is held again', async () => {
    const release = { by: 'pod-a', because: 'app ended', successor: 'pod-b' };
    const updated = await lock.update(await lock.create(held), { ...released, release });
    assert.deepEqual(updated.release, release);
    assert.deepEqual((await lock.get())?.release, release);
    const again = await lock.update(updated, held);
    assert.equal(again.release, null);
    assert.equal(releaseAnnotation in annotationsOf(await read()), false);
  });

  it('does not take what was said of an earlier release for this one, where another client left it there', async () => {
    const release = { by: 'pod-a', because: 'stopping', successor: null };
    const updated = await lock.update(await lock.create(held), { ...released, release });
    const left = annotationsOf(await read())[releaseAnnotation];
    const later = { ...released.record, leaderTransitions: record.leaderTransitions + 1 };
    await lock.update(updated, { ...released, record: later });
    const object = await read();
    const metadata = {
      ...metadataOf(object),
      annotations: { ...annotationsOf(object), [releaseAnnotation]: left },
    };
    await replace({ ...object, metadata });
    assert.equal((await lock.get())?.release, null);
  });

  it('records an Event, which kubectl describe shows with the object', async () => {
    const { uid, resourceVersion } = await lock.create(held);
    await lock.recordEvent('pod-a', 'became leader');
    const { client, namespace } = site();
    const events = `/api/v1/namespaces/${namespace}/events?watch=1&resourceVersion=${resourceVersion}`;
    const stop = new AbortController();
    for await (const { object } of client.watch(events, stop.signal)) {
      const { type, reason, message, involvedObject } = object;
      if ((involvedObject as JsonObject)['uid'] !== uid) continue;
      stop.abort();
      const said = { type: 'Normal', reason: 'LeaderElection', message: 'pod-a became leader' };
      assert.deepEqual({ type, reason, message }, said);
      const { kind, apiVersion } = await read();
      assert.deepEqual(involvedObject, { kind, apiVersion, namespace, name, uid });
    }
  });

  it('keeps the labels and annotations of others', async () => {
    await lock.create(held);
    const object = await read();
    const metadata = {
      ...metadataOf(object),
      labels: { team: 'a' },
      annotations: { ...annotationsOf(object), 'example.org/note': 'kept' },
    };
    await replace({ ...object, metadata });
    await lock.update(await notNull(lock.get()), renewed);
    const after = await read();
    assert.deepEqual(metadataOf(after)['labels'], { team: 'a' });
    assert.equal(annotationsOf(after)['example.org/note'], 'kept');
  });

  it('is owned by the service account it is given, once', async () => {
    const { owner } = site();
    const owned = lockAt()({ name: path.slice(path.lastIndexOf('/') + 1), owner });
    const unowned = await lock.create(held);
    const updated = await owned.update(await notNull(owned.get()), renewed);
    await owned.update(updated, held);
    assert.notEqual(updated.resourceVersion, unowned.resourceVersion);
    assert.deepEqual(metadataOf(await read())['ownerReferences'], [
      { apiVersion: 'v1', kind: 'ServiceAccount', name: owner.name, uid: owner.uid },
    ]);
  });

  it('watches changes after a resourceVersion, up to the deletion', async () => {
    const created = await lock.create(held);
    const updated = await lock.update(created, renewed);
    const events = await follow(lock, created.resourceVersion, async () => {
      await lock.update(updated, released);
      await remove();
    });
    const holders = events.map((event) => (event.type === 'changed' ? holder(event) : event.type));
    assert.deepEqual(holders, [record.holderIdentity, '', 'deleted']);
    assert.deepEqual(events[0], { type: 'changed', object: updated });
    assert.equal(events[2]?.type === 'deleted' && events[2].uid, created.uid);
  });

  it('watches the present state first where no resourceVersion is given', async () => {
    const created = await lock.create(held);
    const events = await follow(lock, null, remove);
    assert.deepEqual(events[0], { type: 'changed', object: created });
    assert.equal(events.length, 2);
  });

  it('watches a lock that does not exist yet, and no other', async () => {
    const neighbour = lockAt()({ name: `lock-${randomUUID()}`, owner: null });
    const watching = follow(lock, null, remove);
    await neighbour.create(held);
    const created = await lock.create(renewed);
    const events = await watching;
    assert.deepEqual(events[0], { type: 'changed', object: created });
    assert.equal(events.length, 2);
  });

  it('can be updated from what a watch showed', async () => {
    await lock.create(held);
    const updates: LockObject[] = [];
    await follow(lock, null, async (event) => {
      assert.ok(event.type === 'changed');
      updates.push(await lock.update(event.object, renewed));
      await remove();
    });
    assert.deepEqual(updates[0]?.reading, { kind: 'record', record: renewed.record });
  });
}

/** What the promise brings, which must not be null. */
export async function notNull<T>(promise: Promise<T | null>): Promise<T> {
  const value = await promise;
  assert.ok(value !== null);
  return value;
}

function holder(event: Extract<LockEvent, { type: 'changed' }>): string {
  assert.ok(event.object.reading.kind === 'record');
  return event.object.reading.record.holderIdentity;
}

/** What the watch reports up to the deletion, bookmarks aside; `act` is done once its first event is there. */
async function follow(
  lock: ObjectLock,
  resourceVersion: string | null,
  act: (event: LockEvent) => Promise<unknown>,
): Promise<LockEvent[]> {
  const events: LockEvent[] = [];
  const stop = new AbortController();
  for await (const event of lock.watch(resourceVersion, stop.signal)) {
    if (event.type === 'bookmark') continue;
    events.push(event);
    if (events.length === 1) await act(event);
    if (event.type === 'deleted') stop.abort();
  }
  return events;
}
