import assert from 'node:assert/strict';
import type { ApiObject } from '../../../testing/api-client.ts';
import { useCluster } from '../cluster.ts';
import { configMapsPath, idlePod, podsPath } from '../objects.ts';

describe('selectors', () => {
  const cluster = useCluster();

  before(async function createObjects() {
    const labelled = { red: { color: 'red', size: '1' }, blue: { color: 'blue' }, plain: {} };
    for (const [name, labels] of Object.entries(labelled))
      await cluster.client.created(configMapsPath(cluster.namespace), {
        metadata: { name, labels: { ...labels, suite: 'selectors' } },
      });
    await cluster.client.created(
      podsPath(cluster.namespace),
      idlePod('here', { nodeName: 'contract-no-such-node' }),
    );
    await cluster.client.created(podsPath(cluster.namespace), idlePod('there'));
  });

  async function names(path: string, parameter: string, selector: string): Promise<string[]> {
    const { code, body, text } = await cluster.client.get(
      `${path}?${parameter}=${encodeURIComponent(selector)}`,
    );
    assert.equal(code, 200, text);
    return (body['items'] as ApiObject[]).map(({ metadata }) => metadata.name);
  }

  const byLabel: readonly (readonly [selector: string, expected: readonly string[]])[] = [
    ['color=red', ['red']],
    ['color==red', ['red']],
    ['color!=red', ['blue', 'plain']],
    ['color in (red, blue)', ['blue', 'red']],
    ['color notin (red)', ['blue', 'plain']],
    ['color', ['blue', 'red']],
    ['!color', ['plain']],
    ['color,size=1', ['red']],
    ['size>0', ['red']],
    ['size<1', []],
    ['color in (red,green),size', ['red']],
  ];
  for (const [selector, expected] of byLabel)
    it(`by labels understand "${selector}"`, async () => {
      const found = await names(
        configMapsPath(cluster.namespace),
        'labelSelector',
        `suite=selectors,${selector}`,
      );
      assert.deepEqual(found, expected);
    });

  const byField: readonly (readonly [selector: string, expected: readonly string[]])[] = [
    ['metadata.name=here', ['here']],
    ['metadata.name!=here', ['there']],
    ['spec.nodeName=contract-no-such-node', ['here']],
    ['spec.nodeName=', ['there']],
    ['status.phase=Pending,metadata.name=there', ['there']],
    ['status.phase=Running', []],
  ];
  for (const [selector, expected] of byField)
    it(`by fields understand "${selector}"`, async () => {
      assert.deepEqual(await names(podsPath(cluster.namespace), 'fieldSelector', selector), expected);
    });

  it('by fields reach across namespaces', async () => {
    const found = await names('/api/v1/pods', 'fieldSelector', `metadata.namespace=${cluster.namespace}`);
    assert.deepEqual(found, ['here', 'there']);
  });

  it('by unknown fields are refused', async () => {
    const { code, body } = await cluster.client.get(`${podsPath(cluster.namespace)}?fieldSelector=foo%3Dbar`);
    assert.equal(code, 400);
    assert.equal(body['message'], 'field label not supported: foo');
  });

  it('that cannot be read are refused', async () => {
    const path = podsPath(cluster.namespace);
    const field = await cluster.client.get(`${path}?fieldSelector=zzz`);
    assert.equal(field.code, 400);
    assert.equal(field.body['message'], "invalid selector: 'zzz'; can't understand 'zzz'");
    const label = await cluster.client.get(`${path}?labelSelector=${encodeURIComponent('a bb')}`);
    assert.equal(label.code, 400);
    assert.match(String(label.body['message']), /^unable to parse requirement: /);
  });
});
