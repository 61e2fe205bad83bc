import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request, type IncomingMessage, type RequestOptions, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { ElectionStatus } from '../src/election-status.ts';
import { EventStreams } from '../src/event-streams.ts';
import { createHttpApi } from '../src/http-api.ts';
import { NotLeadingError, UnconfirmedReleaseError } from '../src/resign-error.ts';
import { deferred } from './deferred.ts';
import { eventually } from './eventually.ts';

const leading: ElectionStatus = {
  name: 'pod-a',
  isLeader: true,
  leaderTransitions: 3,
  fencingToken: '107',
  validForMs: 6543,
};
const following: ElectionStatus = {
  name: 'pod-b',
  isLeader: false,
  leaderTransitions: 4,
  fencingToken: null,
  validForMs: 0,
};
const event = (status: ElectionStatus) => `data: ${JSON.stringify(status)}\n\n`;

describe('The HTTP API', () => {
  let elector: {
    current: ElectionStatus;
    notReadyBecause: string | null;
    hasStopped: boolean;
    asked: number;
  };
  let render: () => Promise<string>;
  let resign: () => Promise<void>;
  let streams: EventStreams;
  let server: Server;

  beforeEach(() => {
    elector = { current: leading, notReadyBecause: null, hasStopped: false, asked: 0 };
    resign = () => Promise.reject(new Error('nobody asked for this'));
    render = () => Promise.resolve('leader_election_master_status 1\n');
  });

  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  /** Serves; by default, the first heartbeat comes long after the test. */
  const serve = async (heartbeatMs = 3_600_000) => {
    streams = new EventStreams({ heartbeatMs });
    server = createHttpApi({
      elector: {
        status: () => {
          elector.asked += 1;
          return elector.current;
        },
        get notReadyBecause() {
          return elector.notReadyBecause;
        },
        get hasStopped() {
          return elector.hasStopped;
        },
        resign: () => resign(),
      },
      metrics: { contentType: 'text/plain; version=0.0.4', render: () => render() },
      streams,
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  };

  const port = () => (server.address() as AddressInfo).port;

  const send = async (path: string, options: RequestOptions = {}, body = ''): Promise<IncomingMessage> => {
    const sent = request({ host: '127.0.0.1', port: port(), path, agent: false, ...options });
    sent.end(body);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return response;
  };

  const get = async (path: string, options: RequestOptions = {}, body = '') => {
    const response = await send(path, options, body);
    return { status: response.statusCode, headers: response.headers, body: await text(response) };
  };

  /** What an open connection sends, piece by piece; ends with it. */
  const listen = async () => {
    const response = await send('/events');
    let received = '';
    response.setEncoding('utf8').on('data', (chunk: string) => (received += chunk));
    return {
      response,
      endsWith: (end: string) => eventually(end, () => received.endsWith(end)),
      /** Waits until this is all that has come. */
      received: (expected: string) =>
        eventually(expected, () => {
          assert.ok(expected.startsWith(received), received);
          return received === expected;
        }),
    };
  };

  it('tells on / who leads', async () => {
    await serve();
    const answer = await get('/');
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['content-type'], 'application/json');
    assert.equal(answer.headers['cache-control'], 'no-store');
    assert.deepEqual(JSON.parse(answer.body), leading);
    elector.current = following;
    assert.deepEqual(JSON.parse((await get('/?pretty')).body), following);
  });

  it('is well until the election has stopped, whatever else is wrong', async () => {
    await serve();
    elector.notReadyBecause = 'the lock is not observed yet';
    assert.equal((await get('/healthz')).status, 200);
    elector.hasStopped = true;
    const answer = await get('/healthz');
    assert.deepEqual([answer.status, answer.body], [503, 'the election has stopped\n']);
  });

  it('is ready once the lock has been observed', async () => {
    await serve();
    elector.notReadyBecause = 'the lock is not observed yet';
    const before = await get('/readyz');
    assert.deepEqual([before.status, before.body], [503, 'the lock is not observed yet\n']);
    elector.notReadyBecause = null;
    const after = await get('/readyz');
    assert.deepEqual([after.status, after.body], [200, 'ok\n']);
  });

  it('gives the metrics with their content type', async () => {
    await serve();
    const answer = await get('/metrics');
    assert.equal(answer.headers['content-type'], 'text/plain; version=0.0.4');
    assert.deepEqual([answer.status, answer.body], [200, 'leader_election_master_status 1\n']);
  });

  it('answers 500 in one line where it fails, and serves on', async () => {
    await serve();
    render = () => Promise.reject(new Error('no numbers'));
    const answer = await get('/metrics');
    assert.deepEqual([answer.status, answer.body], [500, 'no numbers\n']);
    assert.equal((await get('/')).status, 200);
  });

  for (const path of ['/', '/events', '/healthz', '/readyz', '/metrics']) {
    it(`answers HEAD ${path} like GET, without a body`, async () => {
      await serve();
      const head = await get(path, { method: 'HEAD' });
      const got = await send(path);
      got.destroy();
      assert.equal(head.status, 200);
      assert.equal(head.headers['content-type'], got.headers['content-type']);
      assert.equal(head.headers['content-length'], got.headers['content-length']);
      assert.equal(head.body, '');
    });

    it(`takes only GET and HEAD on ${path}`, async () => {
      await serve();
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
        const answer = await get(path, { method });
        assert.equal(answer.status, 405);
        assert.equal(answer.headers.allow, 'GET, HEAD');
        assert.equal(answer.body, `${path} takes GET, not ${method}\n`);
      }
    });

    it(`takes no body on ${path}`, async () => {
      await serve();
      const sized = await get(path, { headers: { 'Content-Length': '2' } }, '{}');
      assert.deepEqual([sized.status, sized.body], [413, `${path} takes no body\n`]);
      const headers = { 'Transfer-Encoding': 'chunked', Connection: 'keep-alive' };
      const chunked = await get(path, { headers }, '{}');
      assert.deepEqual([chunked.status, chunked.body], [413, `${path} takes no body\n`]);
      assert.equal(chunked.headers.connection, 'close');
    });
  }

  for (const path of ['/nowhere', '//', '/events/', '/healthz/x', '/constructor', '/__proto__', '*']) {
    it(`answers 404 on ${path}, naming what there is`, async () => {
      await serve();
      const answer = await get(path);
      const names = `there is no ${path}; there are / /events /healthz /readyz /metrics /resign\n`;
      assert.deepEqual([answer.status, answer.body], [404, names]);
    });
  }

  it('answers GET under any Host and Origin: it tells nothing that the lock does not, and changes nothing', async () => {
    await serve();
    for (const headers of [{ Host: 'evil.example' }, { Origin: 'https://evil.example' }]) {
      for (const path of ['/', '/healthz', '/readyz', '/metrics']) {
        const answer = await get(path, { headers });
        assert.equal(answer.status, 200);
        assert.equal(answer.headers['access-control-allow-origin'], undefined);
      }
    }
  });

  it('does not wait for a body before it refuses it', async () => {
    await serve();
    const sent = request({ host: '127.0.0.1', port: port(), method: 'POST', path: '/resign', agent: false });
    sent.on('error', () => undefined);
    sent.setHeader('Content-Length', 10 ** 9);
    sent.flushHeaders();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    assert.deepEqual([response.statusCode, response.headers.connection], [413, 'close']);
    sent.destroy();
  });

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
      await serve();
      let resigned = false;
      resign = () => {
        resigned = true;
        return Promise.resolve();
      };
      const socket = connect(port(), '127.0.0.1');
      socket.write(bytes);
      assert.match(await text(socket), new RegExp(`^HTTP/1.1 ${status} `));
      assert.equal((await get('/')).status, 200);
      assert.ok(!resigned);
    });
  }

  it('opens no tunnel', async () => {
    await serve();
    const socket = connect(port(), '127.0.0.1');
    socket.write('CONNECT example.com:80 HTTP/1.1\r\nHost: example.com\r\n\r\n');
    assert.equal(await text(socket), '');
  });

  describe('on /resign', () => {
    const post = (options: RequestOptions = {}, body = '') =>
      get('/resign', { method: 'POST', ...options }, body);

    it('lets the leader resign, and tells who leads once the lock is released', async () => {
      await serve();
      const released = deferred();
      resign = () => {
        elector.current = following;
        return released.promise;
      };
      const answered = post();
      await eventually('the no', () => elector.current === following);
      released.resolve();
      const answer = await answered;
      assert.equal(answer.status, 200);
      assert.equal(answer.headers['content-type'], 'application/json');
      assert.deepEqual(JSON.parse(answer.body), following);
    });

    it('answers 409 where it does not lead', async () => {
      await serve();
      resign = () => Promise.reject(new NotLeadingError('pod-b'));
      const answer = await post();
      assert.deepEqual([answer.status, answer.body], [409, 'pod-b does not lead\n']);
    });

    it('answers 503 where the release could not be confirmed', async () => {
      await serve();
      const error = new UnconfirmedReleaseError('pod-a');
      resign = () => Promise.reject(error);
      const answer = await post();
      assert.deepEqual([answer.status, answer.body], [503, `${error.message}\n`]);
    });

    const refused: [string, RequestOptions, number, RegExp][] = [
      [
        'another Host',
        { headers: { Host: 'evil.example' } },
        403,
        /^the Host header is "evil.example"; it must be/,
      ],
      [
        'an Origin',
        { headers: { Origin: 'http://localhost' } },
        403,
        /^there is an Origin header, "http:\/\/local/,
      ],
      ['a body', { headers: { 'Content-Length': '2' } }, 413, /^\/resign takes no body$/],
      ['a chunked body', { headers: { 'Transfer-Encoding': 'chunked' } }, 413, /^\/resign takes no body$/],
    ];
    for (const [what, options, status, message] of refused) {
      it(`answers ${status} to ${what}, and nothing happens`, async () => {
        await serve();
        let resigned = false;
        resign = () => {
          resigned = true;
          return Promise.resolve();
        };
        const answer = await post(options, status === 413 ? '{}' : '');
        assert.equal(answer.status, status);
        assert.match(answer.body.trimEnd(), message);
        assert.ok(!resigned);
      });
    }

    it('takes POST alone, not even GET or HEAD', async () => {
      await serve();
      for (const method of ['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
        const answer = await get('/resign', { method });
        assert.deepEqual([answer.status, answer.headers.allow], [405, 'POST']);
        assert.equal(answer.body, `/resign takes POST, not ${method}\n`);
      }
      assert.equal((await get('/resign', { method: 'HEAD' })).status, 405);
    });
  });

  describe('on /events', () => {
    it('sends who leads at once, and again whenever it is told to', async () => {
      await serve();
      const client = await listen();
      assert.equal(client.response.headers['content-type'], 'text/event-stream');
      await client.received(event(leading));
      elector.current = following;
      streams.publish(() => elector.current);
      await client.received(event(leading) + event(following));
      streams.publish(() => elector.current);
      await client.received(event(leading) + event(following) + event(following));
    });

    it('sends the same to all', async () => {
      await serve();
      const clients = [await listen(), await listen(), await listen()];
      for (const client of clients) await client.received(event(leading));
      streams.publish(() => following);
      for (const client of clients) await client.received(event(leading) + event(following));
    });

    it('sends a comment as heartbeat, to clients that came later too', async () => {
      await serve(20);
      const heartbeats = async () => {
        const client = await listen();
        await client.endsWith(': heartbeat\n\n: heartbeat\n\n');
        client.response.destroy();
        await eventually('the end', () => streams.size === 0);
      };
      await heartbeats();
      await heartbeats();
    });

    it('asks who leads only where somebody listens, since an answer is a promise', async () => {
      await serve();
      const publish = () => {
        streams.publish(() => {
          elector.asked += 1;
          return following;
        });
      };
      publish();
      assert.equal(elector.asked, 0);
      const client = await listen();
      await client.received(event(leading));
      publish();
      assert.equal(elector.asked, 2);
    });

    it('counts its connections, and tells when the last has closed', async () => {
      await serve();
      let told = 0;
      streams.onAllClosed = () => (told += 1);
      assert.equal(streams.size, 0);
      const [first, second] = [await listen(), await listen()];
      assert.equal(streams.size, 2);
      first.response.destroy();
      await eventually('one connection', () => streams.size === 1);
      assert.equal(told, 0);
      second.response.destroy();
      await eventually('no connection', () => streams.size === 0);
      assert.equal(told, 1);
      (await listen()).response.destroy();
      await eventually('no connection again', () => told === 2);
    });

    it('does not count a HEAD', async () => {
      await serve();
      let told = 0;
      streams.onAllClosed = () => (told += 1);
      await get('/events', { method: 'HEAD' });
      assert.deepEqual([streams.size, told], [0, 0]);
    });

    it('cuts off a client that does not read, and no other', async () => {
      await serve();
      const deaf = connect(port(), '127.0.0.1');
      deaf.on('error', () => undefined);
      deaf.pause();
      deaf.write('GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n');
      await eventually('the deaf client', () => streams.size === 1);
      const reader = await listen();
      const long = { ...following, name: 'x'.repeat(32 * 1024) };
      // As much as the kernel's buffers take is not yet a backlog; the client's end of it is told by the count alone.
      await eventually('the end of the deaf client', () => {
        streams.publish(() => long);
        return streams.size === 1;
      });
      streams.publish(() => following);
      await reader.endsWith(event(long) + event(following));
      deaf.destroy();
    });
  });
});
