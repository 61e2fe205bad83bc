import assert from 'node:assert/strict';
import type { Ability, ConditionalStore, Fields, KindRules, Versioned } from './conditional-store.ts';
import { created, isRefused, updated } from './write-outcome.ts';

/** One of the conditions, to be shown by a store; `name` is an object's that is not there yet. */
interface Case {
  readonly name: string;
  readonly needs?: readonly Ability[];
  readonly run: (store: ConditionalStore, name: string, rules: KindRules) => Promise<void>;
}

const note = (text: string): Fields => ({ annotations: { note: text } });

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

/** The conditions of writes, as Kubernetes 1.34 has them. */
export const conditionalWriteCases: readonly Case[] = [
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
