import assert from 'node:assert/strict';
import type { OutgoingHttpHeaders } from 'node:http';
import { NotLeadingError, UnconfirmedReleaseError } from '../../../src/election/resign-error.ts';
import { deferred } from '../../../../base/testing/deferred.ts';
import { eventually } from '../../../../base/testing/eventually.ts';
import { following, TestHttpApi } from './test-http-api.ts';

describe('The HTTP API on /resign', () => {
  let api: TestHttpApi;
  beforeEach(async () => (api = await TestHttpApi.prepare()));
  afterEach(() => api.end());

  const post = (headers: OutgoingHttpHeaders = {}) =>
    api.get('/resign', { method: 'POST', headers: { ...api.proof, ...headers } });

  it('lets the leader resign, and tells who leads once the lock is released', async () => {
    await api.serve();
    const released = deferred();
    api.resign = () => {
      api.elector.current = following;
      return released.promise;
    };
    const answered = post();
    await eventually('the no', () => api.elector.current === following);
    released.resolve();
    const answer = await answered;
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['content-type'], 'application/json');
    assert.deepEqual(JSON.parse(answer.body), following);
  });

  it('answers 409 where it does not lead', async () => {
    await api.serve();
    api.resign = () => Promise.reject(new NotLeadingError('pod-b'));
    const answer = await post();
    assert.deepEqual([answer.status, answer.body], [409, 'pod-b does not lead\n']);
  });

  it('answers 503 where the release could not be confirmed', async () => {
    await api.serve();
    const error = new UnconfirmedReleaseError('pod-a');
    api.resign = () => Promise.reject(error);
    const answer = await post();
    assert.deepEqual([answer.status, answer.body], [503, `${error.message}\n`]);
  });

  for (const headers of [
    { Host: 'elector.example' },
    { Origin: 'http://evil.example' },
    { 'X-Forwarded-For': '10.0.0.7' },
  ]) {
    it(`asks for the token alone, whatever ${Object.keys(headers).join()} says`, async () => {
      await api.serve();
      api.resign = () => Promise.resolve();
      assert.equal((await post(headers)).status, 200);
      const answer = await api.get('/resign', { method: 'POST', headers });
      assert.equal(answer.status, 401);
      assert.equal(answer.headers['access-control-allow-origin'], undefined);
    });
  }

  const unproven =
    /^Authorization must be "Bearer" with this pod's token, which is in the file of --token-file$/;
  const refused: [string, OutgoingHttpHeaders, number, RegExp][] = [
    ['a request from this machine that shows no token', {}, 401, unproven],
    ['a wrong token', { Authorization: `Bearer ${'x'.repeat(43)}` }, 401, unproven],
    ['no scheme', { Authorization: 'x' }, 401, unproven],
    ['a body', { 'Content-Length': '2' }, 413, /^\/resign takes no body$/],
    ['a chunked body', { 'Transfer-Encoding': 'chunked' }, 413, /^\/resign takes no body$/],
  ];
  for (const [what, headers, status, message] of refused) {
    it(`answers ${status} to ${what}, and nothing happens`, async () => {
      await api.serve();
      let resigned = false;
      api.resign = () => {
        resigned = true;
        return Promise.resolve();
      };
      const all = status === 413 ? { ...api.proof, ...headers } : headers;
      const answer = await api.get('/resign', { method: 'POST', headers: all }, status === 413 ? '{}' : '');
      assert.equal(answer.status, status);
      assert.match(answer.body.trimEnd(), message);
      assert.equal(answer.headers['www-authenticate'], status === 401 ? 'Bearer' : undefined);
      assert.ok(!resigned);
    });
  }

  it('answers 403 to everybody where there is no token file, and names the flag', async () => {
    await api.serve({ token: null });
    for (const headers of [{}, api.proof]) {
      const answer = await api.get('/resign', { method: 'POST', headers });
      const line = "/resign is for the pod's own programs alone, which need --token-file for it\n";
      assert.deepEqual([answer.status, answer.body], [403, line]);
    }
  });

  it('takes POST alone, not even GET or HEAD', async () => {
    await api.serve();
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const answer = await api.get('/resign', { method });
      assert.deepEqual([answer.status, answer.headers.allow], [405, 'POST']);
      assert.equal(answer.body, `/resign takes POST, not ${method}\n`);
    }
    assert.equal((await api.get('/resign', { method: 'HEAD' })).status, 405);
  });
});
