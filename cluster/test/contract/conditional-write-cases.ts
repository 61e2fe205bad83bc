import assert from 'node:assert/strict';
import type { WriteOutcome, WriteRefusal } from '../../../base/testing/object-store.ts';

/** An object as the cases look at it. */
export interface Versioned {
  readonly uid: string;
  readonly resourceVersion: string;
  /** The annotation `note`. */
  readonly note: string;
}

/** Fields of an object's metadata. */
export type Fields = Readonly<Record<string, unknown>>;

/** What a write or a deletion names of the object that it is meant for. */
export interface Precondition {
  readonly uid?: string;
  readonly resourceVersion?: string;
}

/** What a watch shows; of a deletion, the object as it was, under the resourceVersion of the deletion. */
export interface SeenChange {
  readonly type: 'written' | 'deleted';
  readonly object: Versioned;
}

type Eventually<T> = T | Promise<T>;

/** A store of objects of one kind, as an API server shows it to its clients, or something that stands for one. */
export interface ConditionalStore {
  create(name: string, fields: Fields): Eventually<WriteOutcome<Versioned>>;
  update(name: string, fields: Fields, precondition: Precondition): Eventually<WriteOutcome<Versioned>>;
  remove(name: string, precondition?: Precondition): Eventually<WriteOutcome<Versioned>>;
  read(name: string): Eventually<Versioned | null>;
  /** The first `count` changes of that object after a resourceVersion. */
  changesAfter(name: string, resourceVersion: string, count: number): Eventually<readonly SeenChange[]>;
}

/** What only some stores can be asked for. */
export type Ability =
  | 'several objects'
  | 'writes without a uid'
  | 'writes without a resourceVersion'
  | 'fields of any form'
  | 'deletions by clients';

/** Rules that differ from kind to kind. */
export interface KindRules {
  /** Whether an update may leave the resourceVersion out. */
  readonly takesUnconditionalUpdates: boolean;
}

interface Case {
  readonly name: string;
  readonly needs?: readonly Ability[];
  readonly run: (store: ConditionalStore, name: string, rules: KindRules) => Promise<void>;
}

const note = (text: string): Fields => ({ annotations: { note: text } });

async function object(
  outcome: Eventually<WriteOutcome<Versioned>>,
  kind: 'created' | 'updated',
): Promise<Versioned> {
  const written = await outcome;
  assert.ok(written.kind === kind, written.kind);
  return written.object;
}
const created = (outcome: Eventually<WriteOutcome<Versioned>>) => object(outcome, 'created');
const updated = (outcome: Eventually<WriteOutcome<Versioned>>) => object(outcome, 'updated');

async function isRefused(outcome: Eventually<WriteOutcome<Versioned>>, why: WriteRefusal): Promise<void> {
  assert.equal((await outcome).kind, why);
}

const isAfter = (later: Versioned, earlier: Versioned) =>
  assert.ok(
    BigInt(later.resourceVersion) > BigInt(earlier.resourceVersion),
    `${later.resourceVersion} after ${earlier.resourceVersion}`,
  );

/** A real cluster's endpoints controller, told of a deletion late, may have deleted Endpoints that were made anew. */
async function isStillOrGone(store: ConditionalStore, name: string, expected: Versioned): Promise<void> {
  const found = await store.read(name);
  if (found !== null) assert.deepEqual(found, expected);
}

const another = '00000000-0000-4000-8000-000000000000';

/** The conditions of writes on which the election rests, as Kubernetes 1.34 has them. */
const cases: readonly Case[] = [
  {
    name: 'A create makes an object with a uid and a resourceVersion.',
    async run(store, name) {
      assert.equal(await store.read(name), null);
      const made = await created(store.create(name, note('1')));
      assert.notEqual(made.uid, '');
      assert.match(made.resourceVersion, /^[1-9]\d*$/);
      assert.equal(made.note, '1');
      assert.deepEqual(await store.read(name), made);
    },
  },
  {
    name: 'A create of what exists is refused, and changes nothing.',
    async run(store, name) {
      const made = await created(store.create(name, note('1')));
      await isRefused(store.create(name, note('2')), 'AlreadyExists');
      assert.deepEqual(await store.read(name), made);
    },
  },
  {
    name: 'A create gives the object a uid of its own, whatever it says.',
    needs: ['fields of any form'],
    async run(store, name) {
      const made = await created(store.create(name, { ...note('1'), uid: another }));
      assert.notEqual(made.uid, another);
    },
  },
  {
    name: 'A create that names a resourceVersion is refused.',
    needs: ['fields of any form'],
    async run(store, name) {
      await isRefused(store.create(name, { ...note('1'), resourceVersion: '7' }), 'InternalError');
      assert.equal(await store.read(name), null);
    },
  },
  {
    name: 'An update with the uid and the resourceVersion that were read succeeds, under a higher resourceVersion.',
    async run(store, name) {
      const made = await created(store.create(name, note('1')));
      const written = await updated(store.update(name, note('2'), made));
      assert.equal(written.uid, made.uid);
      assert.equal(written.note, '2');
      isAfter(written, made);
      assert.deepEqual(await store.read(name), written);
    },
  },
  {
    name: 'An update with a stale resourceVersion conflicts, and changes nothing.',
    async run(store, name) {
      const made = await created(store.create(name, note('1')));
      const written = await updated(store.update(name, note('2'), made));
      await isRefused(store.update(name, note('3'), made), 'Conflict');
      assert.deepEqual(await store.read(name), written);
    },
  },
  {
    name: 'An update with a resourceVersion that is yet to come conflicts, and changes nothing.',
    async run(store, name) {
      const made = await created(store.create(name, note('1')));
      const resourceVersion = String(BigInt(made.resourceVersion) + 1_000_000_000n);
      await isRefused(store.update(name, note('2'), { uid: made.uid, resourceVersion }), 'Conflict');
      assert.deepEqual(await store.read(name), made);
    },
  },
  {
    name: 'An update with the right resourceVersion and the uid of another object conflicts, and changes nothing.',
    async run(store, name) {
      const made = await created(store.create(name, note('1')));
      await isRefused(store.update(name, note('2'), { ...made, uid: another }), 'Conflict');
      assert.deepEqual(await store.read(name), made);
    },
  },
  {
    name: 'An update without a uid succeeds with the right resourceVersion, and conflicts with a stale one.',
    needs: ['writes without a uid'],
    async run(store, name) {
      const { uid, resourceVersion } = await created(store.create(name, note('1')));
      const written = await updated(store.update(name, note('2'), { resourceVersion }));
      assert.equal(written.uid, uid);
      await isRefused(store.update(name, note('3'), { resourceVersion }), 'Conflict');
      assert.deepEqual(await store.read(name), written);
    },
  },
  {
    name: 'An update without a resourceVersion succeeds for some kinds of objects, and is invalid for others.',
    needs: ['writes without a resourceVersion'],
    async run(store, name, { takesUnconditionalUpdates }) {
      const { uid } = await created(store.create(name, note('1')));
      for (const [text, precondition] of [
        ['2', { uid }],
        ['3', {}],
      ] as const) {
        const outcome = await store.update(name, note(text), precondition);
        assert.equal(outcome.kind, takesUnconditionalUpdates ? 'updated' : 'Invalid');
        assert.equal((await store.read(name))?.note, takesUnconditionalUpdates ? text : '1');
      }
    },
  },
  {
    name: 'An update without a resourceVersion and with the uid of another object conflicts, and changes nothing.',
    needs: ['writes without a resourceVersion'],
    async run(store, name) {
      const made = await created(store.create(name, note('1')));
      await isRefused(store.update(name, note('2'), { uid: another }), 'Conflict');
      assert.deepEqual(await store.read(name), made);
    },
  },
  {
    name: 'An update with the uid of what was deleted conflicts, and does not create it again.',
    async run(store, name) {
      const made = await created(store.create(name, note('1')));
      await store.remove(name);
      await isRefused(store.update(name, note('2'), made), 'Conflict');
      assert.equal(await store.read(name), null);
    },
  },
  {
    name: 'An update without a uid creates what is not there, whatever resourceVersion it names.',
    needs: ['writes without a uid'],
    async run(store, name) {
      const made = await created(store.create(name, note('1')));
      await store.remove(name);
      const again = await created(store.update(name, note('2'), { resourceVersion: made.resourceVersion }));
      assert.notEqual(again.uid, made.uid);
      isAfter(again, made);
    },
  },
  {
    name: 'What is deleted and made anew is another object: an update with the old uid conflicts, whichever resourceVersion it names.',
    async run(store, name) {
      const made = await created(store.create(name, note('1')));
      await store.remove(name);
      const again = await created(store.create(name, note('1')));
      assert.notEqual(again.uid, made.uid);
      isAfter(again, made);
      const { resourceVersion } = again;
      await isRefused(store.update(name, note('2'), made), 'Conflict');
      await isRefused(store.update(name, note('2'), { uid: made.uid, resourceVersion }), 'Conflict');
      await isStillOrGone(store, name, again);
    },
  },
  {
    name: 'An update that changes nothing succeeds and keeps the resourceVersion.',
    async run(store, name) {
      const made = await created(store.create(name, note('1')));
      for (const time of ['once', 'again'])
        assert.deepEqual(await updated(store.update(name, note('1'), made)), made, time);
      assert.deepEqual(await store.read(name), made);
      assert.equal((await updated(store.update(name, note('2'), made))).note, '2');
    },
  },
  {
    name: 'An update that changes nothing conflicts all the same with a stale resourceVersion or the uid of another object.',
    async run(store, name) {
      const made = await created(store.create(name, note('1')));
      const written = await updated(store.update(name, note('2'), made));
      const { uid, resourceVersion } = made;
      await isRefused(store.update(name, note('2'), { uid, resourceVersion }), 'Conflict');
      await isRefused(store.update(name, note('2'), { ...written, uid: another }), 'Conflict');
      assert.deepEqual(await store.read(name), written);
    },
  },
  {
    name: 'An update that only orders fields otherwise, or has null or nothing for one that is not there, changes nothing.',
    needs: ['fields of any form'],
    async run(store, name) {
      const made = await created(store.create(name, { annotations: { note: '1', other: '2' } }));
      const annotations = { other: '2', note: '1' };
      for (const fields of [{ annotations }, { annotations, labels: null }, { annotations, labels: {} }])
        assert.deepEqual(await updated(store.update(name, fields, made)), made, JSON.stringify(fields));
      const { uid, resourceVersion } = made;
      const labelled = await updated(
        store.update(name, { annotations, labels: { a: 'b' } }, { uid, resourceVersion }),
      );
      isAfter(labelled, made);
    },
  },
  {
    name: 'The resourceVersions of all objects together grow with every change.',
    needs: ['several objects'],
    async run(store, name) {
      const neighbour = `${name}-neighbour`;
      const first = await created(store.create(name, note('1')));
      const second = await created(store.create(neighbour, note('1')));
      const third = await updated(store.update(name, note('2'), first));
      const fourth = await updated(store.update(neighbour, note('2'), second));
      isAfter(second, first);
      isAfter(third, second);
      isAfter(fourth, third);
    },
  },
  {
    name: 'A watch from a resourceVersion shows exactly what came after it, each change once and in order.',
    async run(store, name) {
      const made = await created(store.create(name, note('1')));
      const second = await updated(store.update(name, note('2'), made));
      await updated(store.update(name, note('2'), second));
      await isRefused(store.update(name, note('3'), made), 'Conflict');
      await isRefused(store.create(name, note('3')), 'AlreadyExists');
      const third = await updated(store.update(name, note('3'), second));
      await store.remove(name);
      await isRefused(store.update(name, note('4'), third), 'Conflict');
      const again = await created(store.create(name, note('5')));
      const changes = await store.changesAfter(name, made.resourceVersion, 4);
      const [, , deletion] = changes;
      assert.ok(deletion);
      assert.deepEqual(changes, [
        { type: 'written', object: second },
        { type: 'written', object: third },
        {
          type: 'deleted',
          object: { ...third, resourceVersion: deletion.object.resourceVersion },
        },
        { type: 'written', object: again },
      ]);
      isAfter(deletion.object, third);
      isAfter(again, deletion.object);
      assert.deepEqual(await store.changesAfter(name, second.resourceVersion, 3), changes.slice(1));
      assert.deepEqual(await store.changesAfter(name, deletion.object.resourceVersion, 1), changes.slice(3));
    },
  },
  {
    name: 'A watch from a resourceVersion shows every change since, however many there were.',
    async run(store, name) {
      const made = await created(store.create(name, note('0')));
      const written: Versioned[] = [];
      for (let number = 1; number <= 150; number += 1)
        written.push(await updated(store.update(name, note(String(number)), written.at(-1) ?? made)));
      assert.deepEqual(
        await store.changesAfter(name, made.resourceVersion, written.length),
        written.map((each) => ({ type: 'written', object: each })),
      );
    },
  },
  {
    name: 'A watch of one object shows no change of another.',
    needs: ['several objects'],
    async run(store, name) {
      const made = await created(store.create(name, note('1')));
      const neighbour = await created(store.create(`${name}-neighbour`, note('1')));
      await updated(store.update(`${name}-neighbour`, note('2'), neighbour));
      const second = await updated(store.update(name, note('2'), made));
      assert.deepEqual(await store.changesAfter(name, made.resourceVersion, 1), [
        { type: 'written', object: second },
      ]);
    },
  },
  {
    name: 'A deletion conflicts with the uid or the resourceVersion of another object; one of what is gone finds nothing.',
    needs: ['deletions by clients'],
    async run(store, name) {
      const made = await created(store.create(name, note('1')));
      const written = await updated(store.update(name, note('2'), made));
      await isRefused(store.remove(name, { uid: another }), 'Conflict');
      await isRefused(store.remove(name, { resourceVersion: made.resourceVersion }), 'Conflict');
      assert.deepEqual(await store.read(name), written);
      const { uid, resourceVersion } = written;
      assert.equal((await store.remove(name, { uid, resourceVersion })).kind, 'deleted');
      assert.equal(await store.read(name), null);
      await isRefused(store.remove(name, { uid }), 'NotFound');
    },
  },
];

let names = 0;

/**
 * Holds a store to the cases.
 * @param lacks what it cannot be asked for, with the reason; the cases that need it show as pending, with that reason
 */
export function describeConditionalWrites(
  store: () => ConditionalStore,
  rules: KindRules,
  lacks: Partial<Record<Ability, string>> = {},
): void {
  for (const { name, needs = [], run } of cases) {
    const missing = needs.find((ability) => lacks[ability] !== undefined);
    if (missing === undefined) it(name, () => run(store(), `write-${(names += 1)}`, rules));
    else it(`${name} (Not here: no ${missing}, ${lacks[missing] ?? ''}.)`);
  }
}

/** An object's metadata as the cases look at it. */
export function versioned(metadata: Fields): Versioned {
  const { uid, resourceVersion, annotations } = metadata;
  const { note: text = '' } = (annotations ?? {}) as { note?: string };
  return { uid: String(uid), resourceVersion: String(resourceVersion), note: text };
}

const refusals: readonly WriteRefusal[] = [
  'AlreadyExists',
  'Conflict',
  'NotFound',
  'Invalid',
  'InternalError',
];

/** What an API server's answer comes to; `done` is what was asked for. */
export function outcomeOf(
  done: 'created' | 'updated' | 'deleted',
  { code, body }: { readonly code: number; readonly body: Fields },
): WriteOutcome<Versioned> {
  if (code === 200 || code === 201) {
    const kind = done === 'deleted' ? done : code === 201 ? 'created' : 'updated';
    return { kind, object: versioned((body['metadata'] ?? {}) as Fields) };
  }
  // An error that is no Status of Kubernetes' own has no reason.
  const refusal = refusals.find((each) => each === body['reason']) ?? 'InternalError';
  assert.ok(refusal !== 'InternalError' || code === 500, `${code} ${JSON.stringify(body)}`);
  return { kind: refusal };
}
