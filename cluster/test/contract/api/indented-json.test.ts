import assert from 'node:assert/strict';
import { useCluster } from '../cluster.ts';
import { configMapsPath } from '../objects.ts';

describe('JSON is indented', () => {
  const cluster = useCluster();
  const path = () => configMapsPath(cluster.namespace, 'read');
  const read = async (query: string, agent: string, of = path()) =>
    (await cluster.client.get(`${of}${query}`, { headers: { 'User-Agent': agent } })).text;

  before(() => cluster.client.created(configMapsPath(cluster.namespace), { metadata: { name: 'read' } }));

  const indented = (text: string) => JSON.stringify(JSON.parse(text), null, 2);
  const inOneLine = (text: string) => `${JSON.stringify(JSON.parse(text))}\n`;

  for (const [query, agent] of [
    ['', 'curl/8.5.0'],
    ['', 'Wget/1.21'],
    ['', 'Mozilla/5.0 (X11; Linux x86_64)'],
    ['?pretty=true', 'kubectl/v1.34'],
  ] as const)
    it(`for ${agent}${query}`, async () => {
      const text = await read(query, agent);
      assert.equal(text, indented(text));
    });

  for (const [query, agent] of [
    ['', 'kubectl/v1.34'],
    ['?pretty=false', 'curl/8.5.0'],
  ] as const)
    it(`not for ${agent}${query}`, async () => {
      const text = await read(query, agent);
      assert.equal(text, inOneLine(text));
    });

  it('for curl where it says what is wrong, and which kinds there are', async () => {
    for (const of of [configMapsPath(cluster.namespace, 'nosuch'), '/apis/apps/v1', '/version']) {
      const text = await read('', 'curl/8.5.0', of);
      assert.equal(text, indented(text));
    }
  });
});
