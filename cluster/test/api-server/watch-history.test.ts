import assert from 'node:assert/strict';
import { ApiStatusError } from '../../api-server/api.ts';
import type { WatchEvent } from '../../api-server/api.ts';
import { Registry } from '../../api-server/registry.ts';

const configMaps = { group: '', resource: 'configmaps' };
const everything = { namespace: null };

function registryWithNamespace(): Registry {
  const registry = new Registry();
  registry.create({ group: '', resource: 'namespaces' }, null, { metadata: { name: 'default' } });
  return registry;
}

const write = (registry: Registry, name: string, value: string) =>
  registry.update(configMaps, 'default', { metadata: { name }, data: { value } });

describe('the watch history', () => {
  it('is bounded: a watch from before it is a 410', () => {
    const registry = registryWithNamespace();
    const { metadata } = registry.create(configMaps, 'default', { metadata: { name: 'busy' } });
    for (let change = 0; change < 2500; change += 1) write(registry, 'busy', String(change));
    assert.throws(
      () => registry.watchFrom(configMaps, everything, metadata.resourceVersion, () => undefined),
      (error) =>
        error instanceof ApiStatusError && error.status.code === 410 && error.status.reason === 'Expired',
    );
    const shown: WatchEvent[] = [];
    const recent = String(Number(registry.resourceVersion) - 100);
    registry.watchFrom(configMaps, everything, recent, (event) => shown.push(event))();
    assert.equal(shown.length, 100);
  });

  it('shows changes to every watch in their order, also those that a callback makes', () => {
    const registry = registryWithNamespace();
    registry.create(configMaps, 'default', { metadata: { name: 'first' } });
    const orders: string[][] = [[], []];
    const record = (order: string[]) => (event: WatchEvent) =>
      order.push(`${event.type} ${event.object.metadata.name} ${event.object.metadata.resourceVersion}`);
    registry.watch(configMaps, everything, (event) => {
      record(orders[0] ?? [])(event);
      if (event.type === 'MODIFIED')
        registry.create(configMaps, 'default', { metadata: { name: 'reaction' } });
    });
    registry.watch(configMaps, everything, record(orders[1] ?? []));
    write(registry, 'first', 'changed');
    assert.equal(orders[0]?.length, 3);
    assert.deepEqual(orders[0], orders[1]);
  });

  it('shows a watch what its own callback changes while it begins', () => {
    const registry = registryWithNamespace();
    registry.create(configMaps, 'default', { metadata: { name: 'first' } });
    const shown: string[] = [];
    registry.watch(configMaps, everything, ({ type, object }) => {
      shown.push(`${type} ${object.metadata.name}`);
      if (shown.length === 1) registry.create(configMaps, 'default', { metadata: { name: 'second' } });
    });
    assert.deepEqual(shown, ['ADDED first', 'ADDED second']);
  });

  it('shows nothing more once a watch has ended', () => {
    const registry = registryWithNamespace();
    const shown: WatchEvent[] = [];
    const end = registry.watch(configMaps, everything, (event) => shown.push(event));
    end();
    registry.create(configMaps, 'default', { metadata: { name: 'late' } });
    assert.deepEqual(shown, []);
  });

  it('hands out objects that cannot be changed', () => {
    const registry = registryWithNamespace();
    registry.create(configMaps, 'default', { metadata: { name: 'frozen' }, data: { a: '1' } });
    const found = registry.get(configMaps, 'default', 'frozen') as unknown as { data: { a: string } };
    assert.throws(() => (found.data.a = '2'), TypeError);
  });
});
