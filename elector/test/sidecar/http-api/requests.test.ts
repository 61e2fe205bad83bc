import assert from 'node:assert/strict';
import { following, leading, TestHttpApi } from './test-http-api.ts';

describe('The HTTP API', () => {
  let api: TestHttpApi;
  beforeEach(async () => (api = await TestHttpApi.prepare()));
  afterEach(() => api.end());

  it('tells on / who leads', async () => {
    await api.serve();
    const answer = await api.get('/');
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['content-type'], 'application/json');
    assert.equal(answer.headers['cache-control'], 'no-store');
    assert.deepEqual(JSON.parse(answer.body), leading);
    api.elector.current = following;
    assert.deepEqual(JSON.parse((await api.get('/?pretty')).body), following);
  });

  it('is well until the election has stopped, whatever else is wrong', async () => {
    await api.serve();
    api.elector.notReadyBecause = 'the lock is not observed yet';
    assert.equal((await api.get('/healthz')).status, 200);
    api.elector.hasStopped = true;
    const answer = await api.get('/healthz');
    assert.deepEqual([answer.status, answer.body], [503, 'the election has stopped\n']);
  });

  it('is ready once the lock has been observed', async () => {
    await api.serve();
    api.elector.notReadyBecause = 'the lock is not observed yet';
    const before = await api.get('/readyz');
    assert.deepEqual([before.status, before.body], [503, 'the lock is not observed yet\n']);
    api.elector.notReadyBecause = null;
    const after = await api.get('/readyz');
    assert.deepEqual([after.status, after.body], [200, 'ok\n']);
  });

  it('gives the metrics with their content type', async () => {
    await api.serve();
    const answer = await api.get('/metrics');
    assert.equal(answer.headers['content-type'], 'text/plain; version=0.0.4');
    assert.deepEqual([answer.status, answer.body], [200, 'leader_election_master_status 1\n']);
  });

  it('answers 500 in one line where it fails, and serves on', async () => {
    await api.serve();
    api.render = () => Promise.reject(new Error('no numbers'));
    const answer = await api.get('/metrics');
    assert.deepEqual([answer.status, answer.body], [500, 'no numbers\n']);
    assert.equal((await api.get('/')).status, 200);
  });

  for (const path of ['/', '/events', '/handovers', '/healthz', '/readyz', '/metrics']) {
    it(`answers HEAD ${path} like GET, without a body`, async () => {
      await api.serve();
      const head = await api.get(path, { method: 'HEAD' });
      const got = await api.send(path);
      got.destroy();
      assert.equal(head.status, 200);
      assert.equal(head.headers['content-type'], got.headers['content-type']);
      assert.equal(head.headers['content-length'], got.headers['content-length']);
      assert.equal(head.body, '');
    });

    it(`takes only GET and HEAD on ${path}`, async () => {
      await api.serve();
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
        const answer = await api.get(path, { method });
        assert.equal(answer.status, 405);
        assert.equal(answer.headers.allow, 'GET, HEAD');
        assert.equal(answer.body, `${path} takes GET, not ${method}\n`);
      }
    });

    it(`takes no body on ${path}`, async () => {
      await api.serve();
      const sized = await api.get(path, { headers: { 'Content-Length': '2' } }, '{}');
      assert.deepEqual([sized.status, sized.body], [413, `${path} takes no body\n`]);
      const headers = { 'Transfer-Encoding': 'chunked', Connection: 'keep-alive' };
      const chunked = await api.get(path, { headers }, '{}');
      assert.deepEqual([chunked.status, chunked.body], [413, `${path} takes no body\n`]);
      assert.equal(chunked.headers.connection, 'close');
    });
  }

  for (const path of ['/nowhere', '//', '/events/', '/healthz/x', '/constructor', '/__proto__', '*']) {
    it(`answers 404 on ${path}, naming what there is`, async () => {
      await api.serve();
      const answer = await api.get(path);
      const names = `there is no ${path}; there are / /events /handovers /healthz /readyz /metrics /resign\n`;
      assert.deepEqual([answer.status, answer.body], [404, names]);
    });
  }

  it('answers GET under any Host and Origin: it tells nothing that the lock does not, and changes nothing', async () => {
    await api.serve();
    for (const headers of [{ Host: 'evil.example' }, { Origin: 'https://evil.example' }]) {
      for (const path of ['/', '/healthz', '/readyz', '/metrics']) {
        const answer = await api.get(path, { headers });
        assert.equal(answer.status, 200);
        assert.equal(answer.headers['access-control-allow-origin'], undefined);
      }
    }
  });
});
