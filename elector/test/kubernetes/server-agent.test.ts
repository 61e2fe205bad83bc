import assert from 'node:assert/strict';
import { eventually } from '../../../base/testing/eventually.ts';
import { KubeClient } from '../../src/kubernetes/kube-client.ts';
import { FakeApiServer } from './api-server.ts';
import { issueCertificate, type Certificate } from './certificates.ts';
import { ConnectProxy } from './connect-proxy.ts';
import { plainCredentials } from './plain-credentials.ts';

const path = '/api/v1/namespaces/default/endpoints/example';

describe('Requests through a proxy', () => {
  let authority: Certificate;
  let tls: { cert: string; key: string };
  let server: FakeApiServer;
  let proxy: ConnectProxy;
  let client: KubeClient | null = null;

  before(async () => {
    authority = await issueCertificate('authority');
    tls = await issueCertificate('server', authority, [{ type: 'ip', value: '127.0.0.1' }]);
  });
  afterEach(async () => {
    client?.close();
    await proxy.close();
    await server.close();
  });

  async function start(scheme: 'http' | 'https', proxyScheme: 'http' | 'https'): Promise<void> {
    server = await FakeApiServer.start(scheme === 'https' ? { tls } : {});
    proxy = await ConnectProxy.start(proxyScheme === 'https' ? tls : null);
    server.objects.post('/api/v1/namespaces/default/endpoints', {
      kind: 'Endpoints',
      metadata: { name: 'example' },
    });
  }

  function connect(proxyUrl = proxy.url, requestTimeoutMs = 30_000): KubeClient {
    const authorize = () => Promise.resolve({ headers: {}, tls: { ca: authority.cert } });
    client = new KubeClient({
      credentials: plainCredentials(server.url, { proxy: new URL(proxyUrl), authorize }),
      requestTimeoutMs,
    });
    return client;
  }

  for (const proxyScheme of ['http', 'https'] as const) {
    it(`go to a server of https through one tunnel of a proxy of ${proxyScheme}, and are kept there`, async () => {
      await start('https', proxyScheme);
      const through = connect(proxy.url.replace('//', '//me:p%40ss@'));
      for (let i = 0; i < 3; i += 1) assert.equal((await through.request('GET', path))['kind'], 'Endpoints');
      assert.deepEqual(proxy.requests, [`CONNECT ${server.url.replace('https://', '')}`]);
      assert.deepEqual(proxy.authorizations, [`Basic ${btoa('me:p@ss')}`]);
    });

    it(`go to a server of plain http as requests to a proxy of ${proxyScheme}`, async () => {
      await start('http', proxyScheme);
      assert.equal((await connect().request('GET', path))['kind'], 'Endpoints');
      assert.deepEqual(proxy.requests, [`GET ${server.url}${path}`]);
    });
  }

  it('watch, and end at once when they are told to', async () => {
    await start('https', 'http');
    const stopping = new AbortController();
    const watch = connect().watch(
      '/api/v1/namespaces/default/endpoints?watch=1&resourceVersion=0',
      stopping.signal,
    );
    assert.equal((await watch.next()).done, false);
    stopping.abort();
    assert.equal((await watch.next()).done, true);
    await eventually('no watch', () => server.watches === 0);
  });

  it('name the proxy that refuses them', async () => {
    await start('https', 'http');
    proxy.refuseWith = 407;
    await assert.rejects(
      connect(proxy.url.replace('//', '//me:secret@')).request('GET', path),
      ({ message }: Error) =>
        message.includes(`proxy ${proxy.url}: 407 Refused`) && !message.includes('secret'),
    );
  });

  it('end in time where the proxy says nothing, and leave no connection when the client is closed', async () => {
    await start('https', 'http');
    proxy.refuseWith = 0;
    const through = connect(proxy.url, 100);
    await assert.rejects(through.request('GET', path), /no answer within 100 ms/);
    through.close();
    await eventually('no connection', () => proxy.connections === 0);
  });
});
