import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { FakeApiServer, hang, loseAnswer, refuse, reset } from '../api-server.ts';
import {
  ClientAndServer,
  exampleObject,
  examplePath,
  failureOf,
  fair,
  impatient,
  patient,
} from './client-and-server.ts';

describe('the client of the API server', () => {
  let api: ClientAndServer;
  beforeEach(async () => (api = await ClientAndServer.start()));
  afterEach(() => api.end());

  describe('makes requests that', () => {
    it('carry the credentials, the name and version of the program, and JSON', async () => {
      await api.client.request('PUT', examplePath, { ...exampleObject, subsets: [{ note: 'zürich' }] });
      const { headers, body } = api.server.requests[0] ?? assert.fail('no request came');
      const { version } = JSON.parse(
        await readFile(new URL('../../../package.json', import.meta.url), 'utf8'),
      ) as {
        version: string;
      };
      assert.equal(headers['user-agent'], `k8s-leader-elector/${version}`);
      assert.equal(headers.authorization, 'Bearer secret-token');
      assert.equal(headers['content-type'], 'application/json');
      assert.deepEqual(body?.['subsets'], [{ note: 'zürich' }]);
    });

    it('keep the path of a server URL', async () => {
      api.clientWith(patient, { server: `${api.server.url}/k8s/clusters/c1` });
      await failureOf(api.get());
      assert.equal(api.server.requests[0]?.path, `/k8s/clusters/c1${examplePath}`);
    });

    it('share one connection', async () => {
      for (let i = 0; i < 3; i += 1) await api.get();
      assert.equal(api.server.connections, 1);
    });

    it('are made once, however they fail', async () => {
      for (const answering of [reset, refuse(500, 'InternalError'), refuse(429, 'TooManyRequests')]) {
        api.fault(answering);
        await failureOf(api.get());
      }
      assert.equal(api.server.requests.length, 3);
    });
  });

  describe('gives up a request that', () => {
    it('is not answered in time, and makes the next one on a fresh connection', async () => {
      api.clientWith(fair);
      await api.get();
      api.fault(hang);
      const { message } = await failureOf(api.get());
      assert.match(message, /^GET http:\/\/127.*\/endpoints\/example: no answer within 1500 ms$/);
      await api.get();
      assert.equal(api.server.connections, 2);
    });

    it('is answered in part', async () => {
      api.clientWith(impatient);
      api.fault(({ response }) => response.writeHead(200, { 'Content-Length': 100 }).write('{'));
      assert.match((await failureOf(api.get())).message, /no answer within 150 ms$/);
    });

    it('waits for credentials that do not come', async () => {
      api.clientWith(impatient, { authorize: () => new Promise(() => undefined) });
      assert.match((await failureOf(api.get())).message, /no answer within 150 ms$/);
      assert.equal(api.server.requests.length, 0);
    });

    it('has no credentials', async () => {
      api.clientWith(patient, { authorize: () => Promise.reject(new Error('token is gone')) });
      assert.match((await failureOf(api.get())).message, /^GET .*: token is gone$/);
    });

    it('loses its connection, although it may have been done', async () => {
      api.fault(loseAnswer);
      const { message } = await failureOf(
        api.client.request('PUT', examplePath, { ...exampleObject, subsets: [] }),
      );
      assert.match(message, /^PUT .*: .*(ECONNRESET|socket hang up)/);
      assert.deepEqual((await api.get())['subsets'], []);
    });

    it('finds no server', async () => {
      const stopped = await FakeApiServer.start();
      api.clientWith(patient, { server: stopped.url });
      await stopped.close();
      assert.match((await failureOf(api.get())).message, /^GET .*ECONNREFUSED/);
    });

    it('is answered with more than an object can be', async () => {
      api.fault(({ response }) => response.writeHead(200).end(`"${'x'.repeat(5_000_000)}"`));
      assert.match((await failureOf(api.get())).message, /longer than 4194304 bytes$/);
    });
  });

  it('drops the idle connections when one breaks: the others may be dead too', async () => {
    await Promise.all([api.get(), api.get()]);
    const before = api.server.connections;
    api.fault(({ response }) => {
      response.writeHead(200, { 'Content-Length': 100 }).write('{', () => response.socket?.resetAndDestroy());
    });
    await failureOf(api.get());
    await api.get();
    assert.equal(api.server.connections, before + 1);
  });
});
