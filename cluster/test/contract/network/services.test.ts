import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { Service } from 'kubernetes-types/core/v1.js';
import { useCluster } from '../cluster.ts';
import { servicesPath } from '../objects.ts';
import { answers, runBackend, firstLine } from './backends.ts';

/** Asks each URL on connections of their own until every expected answer came, and 20 times at least. Logs what came. */
const asking = (urls: readonly string[], expected: readonly string[]) => `
  const { get } = require('http');
  const ask = (url) => new Promise((resolve) => get(url, { agent: false, timeout: 5000 }, (response) =>
    response.setEncoding('utf8').on('data', resolve)).on('error', ({ code }) => resolve(code))
      .on('timeout', function () { this.destroy(); resolve('ETIMEDOUT'); }));
  const askAll = async (url) => {
    const came = new Set();
    for (let count = 0; count < 20 || !${JSON.stringify(expected)}.every((one) => came.has(one)); count += 1) {
      const answer = await ask(url);
      // The cluster may not have heard of the Service yet.
      if (!/^E/.test(answer) || ${JSON.stringify(expected)}.includes(answer)) came.add(answer);
    }
    return [...came].sort().join(' ');
  };
  Promise.all(${JSON.stringify(urls)}.map(askAll)).then((all) => console.log(all.join(',')));`;

describe('a pod that connects to a Service', function () {
  this.timeout(120_000);
  const cluster = useCluster('controllers');
  const addresses = new Map<string, string>();
  let count = 0;

  const ask = async (urls: readonly string[], expected: readonly string[]): Promise<string[]> =>
    (await firstLine(cluster, `caller-${(count += 1)}`, asking(urls, expected))).split(',');

  async function createService(name: string, spec: object): Promise<string> {
    const created = await cluster.client.created(servicesPath(cluster.namespace), {
      metadata: { name },
      spec: { ports: [{ name: 'http', port: 80, targetPort: 8080 }], ...spec },
    });
    return (created as Service).spec?.clusterIP ?? '';
  }

  const slicesPath = () => `/apis/discovery.k8s.io/v1/namespaces/${cluster.namespace}/endpointslices`;
  const sliceOf = (service: string, backend: string) => ({
    metadata: { name: `${service}-1`, labels: { 'kubernetes.io/service-name': service } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [addresses.get(backend)], conditions: { ready: true } }],
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
  });

  before(async () => {
    const never = { readinessProbe: { httpGet: { path: '/', port: 8081 }, periodSeconds: 1 } };
    await Promise.all(
      Object.entries({ one: answers, two: answers, unready: never }).map(async ([name, probes]) =>
        addresses.set(name, await runBackend(cluster, name, { app: 'web' }, probes)),
      ),
    );
  });

  it('reaches each of its ready pods by its cluster IP, and no other', async () => {
    const clusterIP = await createService('web', { selector: { app: 'web' } });
    assert.deepEqual(await ask([`http://${clusterIP}`], ['one', 'two']), ['one two']);
  });

  it('is refused on a cluster IP without ready endpoints', async () => {
    const clusterIP = await createService('nobody', { selector: { app: 'nobody' } });
    assert.deepEqual(await ask([`http://${clusterIP}`], ['ECONNREFUSED']), ['ECONNREFUSED']);
  });

  it('reaches what a slice says that was written by hand, for a Service without selector', async () => {
    const clusterIP = await createService('chosen', {});
    const slice = await cluster.client.created(slicesPath(), sliceOf('chosen', 'one'));
    assert.deepEqual(await ask([`http://${clusterIP}`], ['one']), ['one']);
    await cluster.client.put(`${slicesPath()}/${slice.metadata.name}`, sliceOf('chosen', 'two'));
    assert.deepEqual((await ask([`http://${clusterIP}`], ['two'])).join().split(' ').at(-1), 'two');
  });

  describe('by name', () => {
    before(async function needsDns() {
      if (!(await cluster.hasDns())) this.skip();
    });

    it('finds it by each of the names that it has, from its own namespace', async () => {
      const { namespace } = cluster;
      await createService('named', { selector: { app: 'web' } });
      const names = ['named', `named.${namespace}`, `named.${namespace}.svc`];
      const urls = [...names, `named.${namespace}.svc.cluster.local`].map((name) => `http://${name}`);
      assert.deepEqual(
        await ask(urls, ['one', 'two']),
        urls.map(() => 'one two'),
      );
    });

    it('is told that there is no such name', async () => {
      const url = `http://none-${randomBytes(4).toString('hex')}.${cluster.namespace}.svc.cluster.local`;
      assert.deepEqual(await ask([url], ['ENOTFOUND']), ['ENOTFOUND']);
    });

    it('gets the addresses of the ready pods of a headless Service, and of all where that asks for them', async () => {
      const headless = { selector: { app: 'web' }, clusterIP: 'None' };
      await createService('ready', headless);
      await createService('all', { ...headless, publishNotReadyAddresses: true });
      const lookUp = (name: string, least: number) => `
        const { lookup } = require('dns').promises;
        const look = () => lookup('${name}', { all: true }).catch(() => []).then((found) =>
          found.length < ${least} ? setTimeout(look, 100)
            : console.log(found.map(({ address }) => address).sort().join(' ')));
        look();`;
      const all = [...addresses.values()].sort();
      const ready = all.filter((address) => address !== addresses.get('unready'));
      assert.equal(await firstLine(cluster, 'lookup-ready', lookUp('ready', 2)), ready.join(' '));
      assert.equal(await firstLine(cluster, 'lookup-all', lookUp('all', 3)), all.join(' '));
    });
  });
});
