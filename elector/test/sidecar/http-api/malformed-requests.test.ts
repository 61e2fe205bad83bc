import assert from 'node:assert/strict';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { TestHttpApi } from './test-http-api.ts';

describe('The HTTP API', () => {
  let api: TestHttpApi;
  beforeEach(async () => (api = await TestHttpApi.prepare()));
  afterEach(() => api.end());

  for (const [path, withToken, status] of [
    ['/resign', true, 413],
    ['/resign', false, 401],
    ['/', false, 405],
    ['/nowhere', false, 404],
  ] as const) {
    it(`does not wait for a body before it answers ${status}`, async () => {
      await api.serve();
      const socket = api.connect();
      const headers = [
        'Host: localhost',
        'Content-Length: 1000000000',
        ...(withToken ? [`Authorization: ${api.proof.Authorization}`] : []),
      ];
      socket.write(`POST ${path} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
      const answer = await text(socket);
      assert.match(answer, new RegExp(`^HTTP/1.1 ${status} .*\r\nConnection: close\r\n`, 's'));
    });
  }

  const malformed: [string, string, number][] = [
    ['no Host', 'GET / HTTP/1.1\r\n\r\n', 400],
    ['no HTTP', 'hello\r\n\r\n', 400],
    ['a method that is none', 'RESIGN /resign HTTP/1.1\r\nHost: localhost\r\n\r\n', 400],
    ['a length that is none', 'POST /resign HTTP/1.1\r\nHost: localhost\r\nContent-Length: two\r\n\r\n', 400],
    [
      'two lengths',
      'POST /resign HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
    ],
    ['a URL of 32 KiB', `GET /${'x'.repeat(32_768)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, 431],
    ['headers of 32 KiB', `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(32_768)}\r\n\r\n`, 431],
  ];
  for (const [what, bytes, status] of malformed) {
    it(`answers ${status} to ${what}, and serves on`, async () => {
      await api.serve();
      let resigned = false;
      api.resign = () => {
        resigned = true;
        return Promise.resolve();
      };
      const socket = api.connect();
      socket.write(bytes);
      assert.match(await text(socket), new RegExp(`^HTTP/1.1 ${status} `));
      assert.equal((await api.get('/')).status, 200);
      assert.ok(!resigned);
    });
  }

  for (const head of ['GET /', 'GET /events', 'POST /resign']) {
    it(`400 to two Hosts, one of them after thousands of headers: ${head}`, async () => {
      await api.serve();
      const filler = Array.from({ length: 2100 }, (_, index) => `a${index}: \r\n`).join('');
      const socket = api.connect();
      socket
        .setEncoding('utf8')
        .write(`${head} HTTP/1.1\r\nHost: localhost\r\n${filler}Host: localhost\r\n\r\n`);
      const [answer] = (await once(socket, 'data')) as [string];
      assert.match(answer, /^HTTP\/1\.1 400 /);
      socket.destroy();
    });
  }

  for (const name of ['Host', 'Authorization']) {
    for (const head of ['GET /', 'GET /events', 'GET /nowhere', 'POST /resign']) {
      it(`answers 400 in one line to ${head} with two ${name} headers, and nothing happens`, async () => {
        await api.serve();
        let resigned = false;
        api.resign = () => {
          resigned = true;
          return Promise.resolve();
        };
        const headers = { Host: 'localhost', ...api.proof };
        const twice = { ...headers, [name.toLowerCase()]: 'evil.example' };
        const lines = Object.entries(twice).map(([key, value]) => `${key}: ${value}\r\n`);
        const socket = api.connect();
        socket.write(`${head} HTTP/1.1\r\n${lines.join('')}\r\n`);
        const answer = await text(socket);
        assert.match(answer, /^HTTP\/1.1 400 /);
        assert.ok(answer.endsWith(`\r\n\r\nthere is more than one ${name} header\n`), answer);
        assert.deepEqual([resigned, api.streams.size], [false, 0]);
      });
    }
  }

  it('opens no tunnel', async () => {
    await api.serve();
    const socket = api.connect();
    socket.write('CONNECT example.com:80 HTTP/1.1\r\nHost: example.com\r\n\r\n');
    assert.equal(await text(socket), '');
  });
});
