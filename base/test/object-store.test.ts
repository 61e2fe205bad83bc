import assert from 'node:assert/strict';
import { ObjectStore } from '../testing/object-store.ts';

describe('ObjectStore.compact()', () => {
  it('forgets all changes but the last of each object', () => {
    const store = new ObjectStore<{ note: string }, { note: string }>({ stamp: ({ note }) => ({ note }) });
    for (const note of ['1', '2', '3'])
      for (const path of ['a', 'b', 'gone']) store.overwrite(path, { note });
    store.remove('gone');
    const { resourceVersion } = store;
    assert.equal(store.historyLength, 10);
    store.compact();
    assert.equal(store.historyLength, 3);
    assert.deepEqual(
      [store.read('a'), store.read('b'), store.read('gone')],
      [{ note: '3' }, { note: '3' }, null],
    );
    assert.deepEqual(
      store.present().map(({ path }) => path),
      ['a', 'b'],
    );
    assert.equal(store.resourceVersion, resourceVersion);
    store.overwrite('a', { note: '4' });
    assert.deepEqual(
      store.since(resourceVersion).map(({ object }) => object.note),
      ['4'],
    );
  });
});
