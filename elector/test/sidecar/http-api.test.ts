import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  request,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type RequestOptions,
  type Server,
} from 'node:http';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { ElectionStatus } from '../../src/election/election-status.ts';
import { EventStreams } from '../../src/sidecar/event-streams.ts';
import { createHttpApi } from '../../src/sidecar/http-api.ts';
import { PodToken } from '../../src/sidecar/pod-token.ts';
import { NotLeadingError, UnconfirmedReleaseError } from '../../src/election/resign-error.ts';
import { deferred } from '../../../base/testing/deferred.ts';
import { eventually } from '../../../base/testing/eventually.ts';

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
  let folder: string;
  let podToken: PodToken;
  /** What the pod's own programs send. */
  let proof: { readonly Authorization: string };
  let ownStreams: number;
  let lostStreams: number;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'http-api-'));
    const path = join(folder, 'token');
    podToken = await PodToken.write(path, {});
    proof = { Authorization: `Bearer ${await readFile(path, 'utf8')}` };
  });

  after(() => rm(folder, { recursive: true }));

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
  const serve = async ({
    heartbeatMs = 3_600_000,
    token = podToken,
  }: { heartbeatMs?: number; token?: PodToken | null } = {}) => {
    ownStreams = 0;
    lostStreams = 0;
    const app = {
      streamOpened: () => (ownStreams += 1),
      streamClosed: () => (ownStreams -= 1),
      streamLost: () => (lostStreams += 1),
    };
    streams = new EventStreams({ heartbeatMs, app });
    server = createHttpApi({
      status: () => {
        elector.asked += 1;
        return elector.current;
      },
      elector: {
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
      token,
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
  const listen = async (headers: OutgoingHttpHeaders = {}) => {
    const response = await send('/events', { headers });
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

  for (const [path, withToken, status] of [
    ['/resign', true, 413],
    ['/resign', false, 401],
    ['/', false, 405],
    ['/nowhere', false, 404],
  ] as const) {
    it(`does not wait for a body before it answers ${status}`, async () => {
      await serve();
      const socket = connect(port(), '127.0.0.1');
      const headers = [
        'Host: localhost',
        'Content-Length: 1000000000',
        ...(withToken ? [`Authorization: ${proof.Authorization}`] : []),
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

  for (const head of ['GET /', 'GET /events', 'POST /resign']) {
    it(`400 to two Hosts, one of them after thousands of headers: ${head}`, async () => {
      await serve();
      const filler = Array.from({ length: 2100 }, (_, index) => `a${index}: \r\n`).join('');
      const socket = connect(port(), '127.0.0.1');
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
        await serve();
        let resigned = false;
        resign = () => {
          resigned = true;
          return Promise.resolve();
        };
        const headers = { Host: 'localhost', ...proof };
        const twice = { ...headers, [name.toLowerCase()]: 'evil.example' };
        const lines = Object.entries(twice).map(([key, value]) => `${key}: ${value}\r\n`);
        const socket = connect(port(), '127.0.0.1');
        socket.write(`${head} HTTP/1.1\r\n${lines.join('')}\r\n`);
        const answer = await text(socket);
        assert.match(answer, /^HTTP\/1.1 400 /);
        assert.ok(answer.endsWith(`\r\n\r\nthere is more than one ${name} header\n`), answer);
        assert.deepEqual([resigned, streams.size], [false, 0]);
      });
    }
  }

  it('opens no tunnel', async () => {
    await serve();
    const socket = connect(port(), '127.0.0.1');
    socket.write('CONNECT example.com:80 HTTP/1.1\r\nHost: example.com\r\n\r\n');
    assert.equal(await text(socket), '');
  });

  describe('on /resign', () => {
    const post = (headers: OutgoingHttpHeaders = {}) =>
      get('/resign', { method: 'POST', headers: { ...proof, ...headers } });

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

    for (const headers of [
      { Host: 'elector.example' },
      { Origin: 'http://evil.example' },
      { 'X-Forwarded-For': '10.0.0.7' },
    ]) {
      it(`asks for the token alone, whatever ${Object.keys(headers).join()} says`, async () => {
        await serve();
        resign = () => Promise.resolve();
        assert.equal((await post(headers)).status, 200);
        const answer = await get('/resign', { method: 'POST', headers });
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
        await serve();
        let resigned = false;
        resign = () => {
          resigned = true;
          return Promise.resolve();
        };
        const all = status === 413 ? { ...proof, ...headers } : headers;
        const answer = await get('/resign', { method: 'POST', headers: all }, status === 413 ? '{}' : '');
        assert.equal(answer.status, status);
        assert.match(answer.body.trimEnd(), message);
        assert.equal(answer.headers['www-authenticate'], status === 401 ? 'Bearer' : undefined);
        assert.ok(!resigned);
      });
    }

    it('answers 403 to everybody where there is no token file, and names the flag', async () => {
      await serve({ token: null });
      for (const headers of [{}, proof]) {
        const answer = await get('/resign', { method: 'POST', headers });
        const line = "/resign is for the pod's own programs alone, which need --token-file for it\n";
        assert.deepEqual([answer.status, answer.body], [403, line]);
      }
    });

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
      await serve({ heartbeatMs: 20 });
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

    it("counts its streams, and tells the app's from those of onlookers", async () => {
      await serve();
      assert.equal(streams.size, 0);
      const onlooker = await listen();
      const [first, second] = [await listen(proof), await listen(proof)];
      assert.deepEqual([streams.size, ownStreams], [3, 2]);
      first.response.destroy();
      await eventually('one stream of the app', () => ownStreams === 1);
      assert.equal(streams.size, 2);
      second.response.destroy();
      await eventually('no stream of the app', () => ownStreams === 0);
      assert.equal(streams.size, 1);
      onlooker.response.destroy();
      await eventually('no stream', () => streams.size === 0);
      assert.equal(lostStreams, 0);
    });

    it("is the app's own stream with the token alone", async () => {
      await serve();
      await listen();
      await listen({ Host: 'localhost', Origin: 'http://localhost' });
      assert.equal(ownStreams, 0);
      const own = await listen(proof);
      await own.received(event(leading));
      assert.equal(ownStreams, 1);
    });

    it('answers 401 to a wrong token, since the app would believe that its end is seen', async () => {
      await serve();
      const wrong = { Authorization: `Bearer ${'x'.repeat(43)}` };
      const answer = await get('/events', { headers: wrong });
      assert.deepEqual([answer.status, answer.headers['www-authenticate']], [401, 'Bearer']);
      assert.match(answer.body, /^Authorization must be .* in the file of --token-file\n$/);
      assert.equal(streams.size, 0);
    });

    it('answers 401 to any token where there is no token file, and names the flag', async () => {
      await serve({ token: null });
      const answer = await get('/events', { headers: proof });
      assert.equal(answer.status, 401);
      assert.match(answer.body, /^Authorization must be .* which takes --token-file\n$/);
      await (await listen()).received(event(leading));
    });

    it('does not count a HEAD', async () => {
      await serve();
      await get('/events', { method: 'HEAD', headers: proof });
      assert.deepEqual([streams.size, ownStreams], [0, 0]);
    });

    it("never ends the app's own stream, though it does not read: its end would tell of the app's", async () => {
      await serve();
      const deaf = connect(port(), '127.0.0.1');
      deaf.pause();
      deaf.write(`GET /events HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${proof.Authorization}\r\n\r\n`);
      await eventually('the deaf app', () => ownStreams === 1);
      const onlooker = connect(port(), '127.0.0.1');
      onlooker.on('error', () => undefined);
      onlooker.pause();
      onlooker.write('GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n');
      await eventually('a deaf onlooker', () => streams.size === 2);
      const long = { ...following, name: 'x'.repeat(32 * 1024) };
      await eventually('the end of the deaf onlooker', () => {
        streams.publish(() => long);
        return streams.size === 1;
      });
      for (let times = 0; times < 500; times += 1) streams.publish(() => long);
      assert.equal(ownStreams, 1);
      deaf.destroy();
      await eventually('the end of the app', () => ownStreams === 0);
      assert.equal(lostStreams, 0);
    });

    it("tells that it ended the app's own stream itself, where another request follows on its connection", async () => {
      await serve();
      const client = connect(port(), '127.0.0.1');
      const request = `GET /events HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${proof.Authorization}\r\n\r\n`;
      client.resume().write(request);
      await eventually('the app', () => ownStreams === 1);
      client.write(request);
      await eventually('the end of its stream', () => lostStreams === 1);
      assert.equal(streams.size, 0);
      client.destroy();
    });

    for (const how of ['end', 'destroy', 'resetAndDestroy'] as const) {
      it(`sees that the app closed its own stream: ${how}`, async () => {
        await serve();
        const client = connect(port(), '127.0.0.1');
        client
          .resume()
          .write(`GET /events HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${proof.Authorization}\r\n\r\n`);
        await eventually('the app', () => ownStreams === 1);
        client[how]();
        await eventually('the end of its stream', () => ownStreams === 0);
        assert.equal(lostStreams, 0);
      });
    }

    it("does not take it for the app's end that garbage on its own stream ended that", async () => {
      await serve();
      const client = connect(port(), '127.0.0.1');
      client.on('error', () => undefined);
      client
        .resume()
        .write(`GET /events HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${proof.Authorization}\r\n\r\n`);
      await eventually('the app', () => ownStreams === 1);
      client.write('JUNK\r\n\r\n');
      await eventually('the end of its stream', () => lostStreams === 1);
      assert.equal(ownStreams, 1);
      client.destroy();
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
