import assert from 'node:assert/strict';
import { noClaims, type Authorization } from '../../src/kubernetes/credentials.ts';
import { KubeClient } from '../../src/kubernetes/kube-client.ts';
import { FakeApiServer } from './api-server.ts';
import { issueCertificate, type Certificate } from './certificates.ts';

describe('the client of the API server over TLS', () => {
  const path = '/api/v1/namespaces/default/endpoints/example';
  let authority: Certificate;
  let stranger: Certificate;
  let user: Certificate;
  let server: FakeApiServer;
  let client: KubeClient | null = null;

  before(async () => {
    authority = await issueCertificate('authority');
    stranger = await issueCertificate('stranger');
    user = await issueCertificate('user', authority);
    const { cert, key } = await issueCertificate('server', authority, [
      { type: 'ip', value: '127.0.0.1' },
      { type: 'dns', value: 'kubernetes.default' },
    ]);
    server = await FakeApiServer.start({
      tls: { cert, key, ca: authority.cert, requestCert: true, rejectUnauthorized: false },
    });
    server.objects.post('/api/v1/namespaces/default/endpoints', {
      kind: 'Endpoints',
      metadata: { name: 'example' },
    });
  });
  afterEach(() => client?.close());
  after(() => server.close());

  const get = (tls: Authorization['tls'], url = server.url) => {
    const authorize = () => Promise.resolve({ headers: {}, tls });
    const credentials = {
      server: url,
      namespace: null,
      claims: noClaims,
      authorize,
      rejected: () => undefined,
    };
    client = new KubeClient({ credentials, requestTimeoutMs: 15_000 });
    return client.request('GET', path);
  };

  it('trusts a server whose certificate the given CA signed', async () => {
    assert.equal((await get({ ca: authority.cert }))['kind'], 'Endpoints');
  });

  it('refuses a server that another CA signed, before it sends anything', async () => {
    const received = server.requests.length;
    await assert.rejects(get({ ca: stranger.cert }), /^Error: GET https:\/\/127\..*: .*certificate/);
    await assert.rejects(get({}), /certificate/);
    assert.equal(server.requests.length, received);
  });

  it('trusts any server where verification is turned off', async () => {
    assert.equal((await get({ rejectUnauthorized: false }))['kind'], 'Endpoints');
  });

  it('checks the name that is to be in the certificate', async () => {
    const { ca } = { ca: authority.cert };
    assert.equal((await get({ ca, servername: 'kubernetes.default' }))['kind'], 'Endpoints');
    await assert.rejects(get({ ca, servername: 'elsewhere.example' }), /does not match certificate/);
  });

  it('shows its own certificate', async () => {
    const names: (string | null)[] = [];
    server.fault(
      () => true,
      ({ request, response }) => {
        names.push(request.peer);
        response.end('{}');
      },
    );
    await get({ ca: authority.cert, cert: user.cert, key: user.key });
    assert.deepEqual(names, ['user']);
  });

  it('shares one connection', async () => {
    await get({ ca: authority.cert });
    const connections = server.connections;
    for (let i = 0; i < 3; i += 1) await client?.request('GET', path);
    assert.equal(server.connections, connections);
  });
});
