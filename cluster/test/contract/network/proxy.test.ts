import assert from 'node:assert/strict';
import { useCluster } from '../cluster.ts';
import { podsPath, servicesPath } from '../objects.ts';
import { answers, runBackend } from './backends.ts';
import { nodeContainer, untilListed } from '../controllers/pods.ts';
import type { EndpointSlice } from 'kubernetes-types/discovery/v1.js';

// Says what it was asked, and how.
const mirror = `require('http').createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => (body += chunk)).on('end', () => {
    response.writeHead(request.url === '/teapot' ? 418 : 200, { 'X-Answered-By': 'the mirror' });
    response.end([request.method, request.url, body, request.headers.authorization].join('|'));
  });
}).listen(8080)`;

describe('a request that the API server passes on', function () {
  this.timeout(120_000);
  const cluster = useCluster('controllers');
  let podIP = '';

  before(async () => {
    const { command } = nodeContainer('main', mirror) as { command: string[] };
    podIP = await runBackend(cluster, 'mirror', { app: 'mirror' }, { ...answers, command });
    const ports = [{ name: 'http', port: 80, targetPort: 8080 }];
    const create = (name: string, spec: object) =>
      cluster.client.created(servicesPath(cluster.namespace), { metadata: { name }, spec });
    await create('named', { selector: { app: 'mirror' }, ports: [...ports, { name: 'silent', port: 81 }] });
    await create('plain', { selector: { app: 'mirror' }, ports: [{ port: 80, targetPort: 8080 }] });
    await create('nobody', { selector: { app: 'nobody' }, ports: [{ port: 80 }] });
    const slices = `/apis/discovery.k8s.io/v1/namespaces/${cluster.namespace}/endpointslices`;
    await untilListed(cluster.client, slices, (all) => {
      const ready = (all as unknown as EndpointSlice[]).filter(({ endpoints }) =>
        (endpoints as EndpointSlice['endpoints'] | null)?.some(({ conditions }) => conditions?.ready),
      );
      return ready.length === 2;
    });
  });

  const pod = (rest: string) => podsPath(cluster.namespace, rest);
  const service = (rest: string) => servicesPath(cluster.namespace, rest);

  it('reaches a pod by its port, or by the first that it declares', async () => {
    for (const which of ['mirror', 'mirror:8080', 'http:mirror:8080'])
      assert.equal(
        (await cluster.client.get(pod(`${which}/proxy/a%2Fb%20c?d=%2F`))).text,
        'GET|/a/b%20c?d=%2F||',
      );
  });

  it('reaches a service by the name or the number of its port', async () => {
    for (const which of ['named:http', 'named:80', 'http:named:80', 'plain', 'plain:80'])
      assert.equal((await cluster.client.get(service(`${which}/proxy/`))).text, 'GET|/||', which);
  });

  it('keeps its method and body, and the answer its code and headers', async () => {
    const { code, headers, text } = await cluster.client.post(pod('mirror/proxy/teapot'), { some: 'thing' });
    assert.equal(text, 'POST|/teapot|{"some":"thing"}|');
    assert.equal(code, 418);
    assert.equal(headers['x-answered-by'], 'the mirror');
  });

  it('is a 503 that says why where nobody answers', async () => {
    const refusals = {
      [service('named/proxy/')]: 'no endpoints available for service "named"',
      [service('named:99/proxy/')]: 'no service port 99 found for service "named"',
      [service('nobody/proxy/')]: 'no endpoints available for service "nobody"',
      [service('named:silent/proxy/')]:
        `error trying to reach service: dial tcp ${podIP}:81: connect: connection refused`,
      [pod('mirror:82/proxy/')]:
        `error trying to reach service: dial tcp ${podIP}:82: connect: connection refused`,
    };
    for (const [path, message] of Object.entries(refusals)) {
      const { code, body } = await cluster.client.get(path);
      assert.deepEqual([code, body['message']], [503, message], path);
    }
    assert.equal((await cluster.client.get(service('none/proxy/'))).code, 404);
  });
});
