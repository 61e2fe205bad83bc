import assert from 'node:assert/strict';
import type { Credentials } from '../../src/kubernetes/credentials.ts';
import { KubeClient } from '../../src/kubernetes/kube-client.ts';
import { deferred } from '../../../base/testing/deferred.ts';
import { eventually } from '../../../base/testing/eventually.ts';
import { HostilePeer, jsonAnswer, type Conduct } from './hostile-peer.ts';
import { plainCredentials } from './plain-credentials.ts';

const path = '/api/v1/namespaces/default/endpoints/example';
const watchPath = '/api/v1/namespaces/default/endpoints?watch=1';
// For what is to be given up, and for what is answered, or ends by itself.
const impatient = 150;
const patient = 15_000;
const head = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n';

describe('a wait of the client of the API server', () => {
  let peer: HostilePeer;
  let client: KubeClient;
  let unhandled: unknown[];
  const noteUnhandled = (reason: unknown) => void unhandled.push(reason);

  beforeEach(async () => {
    unhandled = [];
    process.on('unhandledRejection', noteUnhandled);
    peer = await HostilePeer.start((socket) => socket.write(jsonAnswer('{"ok":true}')));
    client = clientWith();
  });

  afterEach(async () => {
    client.close();
    await peer.close();
    process.off('unhandledRejection', noteUnhandled);
    assert.deepEqual(unhandled, []);
  });

  function clientWith(credentials: Partial<Credentials> = {}, requestTimeoutMs = patient): KubeClient {
    return new KubeClient({
      requestTimeoutMs,
      credentials: plainCredentials(`http://${peer.address}`, credentials),
    });
  }

  const put = () => client.request('PUT', path, { kind: 'Endpoints' });
  const watch = async (signal = new AbortController().signal) => {
    const types: string[] = [];
    for await (const { type } of client.watch(watchPath, signal)) types.push(type);
    return types;
  };

  /** Writes `text` again and again for as long as the connection is there. */
  const repeat = (text: string): Conduct => {
    return (socket) => {
      const timer = setInterval(() => socket.write(text), 5);
      socket.on('close', () => clearInterval(timer));
    };
  };
  const first = (text: string, then: Conduct): Conduct => {
    return (socket, nth) => socket.write(text, () => then(socket, nth));
  };
  const end: Conduct = (socket) => socket.end();
  const reset: Conduct = (socket) => socket.resetAndDestroy();
  const silence: Conduct = () => undefined;

  const tooLate = /no answer within 150 ms$/;
  const upgrade = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n';
  const conducts: [string, Conduct, RegExp][] = [
    [
      'a 101 that was not asked for',
      first(upgrade, silence),
      /: 101 Switching Protocols, which was not asked for$/,
    ],
    ['a 101 and the end', first(upgrade, end), /: 101 Switching Protocols, which was not asked for$/],
    ['an end before any answer', end, /: socket hang up$/],
    ['a reset before any answer', reset, /: read ECONNRESET$/],
    ['an end within the status line', first('HTTP/1.1 2', end), /: (socket hang up|Parse Error.*)$/],
    ['an end within the headers', first(head, end), /: (socket hang up|Parse Error.*)$/],
    ['headers that never end', first(head, repeat('X-More: 1\r\n')), tooLate],
    [
      'headers without bound',
      first(head, first(`X-More: ${'1'.repeat(100_000)}`, silence)),
      /: Parse Error: Header overflow$/,
    ],
    ['headers that stall', first(head, silence), tooLate],
    ['102 without end', repeat('HTTP/1.1 102 Processing\r\n\r\n'), tooLate],
    ['103 without end', repeat('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'), tooLate],
    ['100 without end', repeat('HTTP/1.1 100 Continue\r\n\r\n'), tooLate],
    ['an answer that is no HTTP', first('SSH-2.0-OpenSSH_9.6\r\n', silence), /: Parse Error: Expected HTTP/],
  ];
  const bodies: [string, Conduct, RegExp][] = [
    ['a body that stalls', first(`${head}Content-Length: 9\r\n\r\n{`, silence), tooLate],
    ['a body that drips', first(`${head}Transfer-Encoding: chunked\r\n\r\n`, repeat('1\r\n \r\n')), tooLate],
    ['a body that ends early', first(`${head}Content-Length: 9\r\n\r\n{`, end), /: aborted$/],
    [
      'a body that is reset',
      first(`${head}Content-Length: 9\r\n\r\n{`, reset),
      /: (aborted|read ECONNRESET)$/,
    ],
    ['chunks that end early', first(`${head}Transfer-Encoding: chunked\r\n\r\n5\r\n{`, end), /: aborted$/],
    ['chunks that are none', first(`${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n`, silence), /: aborted$/],
  ];

  describe('of a request ends with', () => {
    for (const [what, conduct, message] of [...conducts, ...bodies]) {
      it(what, async () => {
        peer.conduct = conduct;
        client = clientWith({}, message === tooLate ? impatient : patient);
        await assert.rejects(put(), message);
      });
    }

    it('credentials that never come', async () => {
      client = clientWith({ authorize: () => new Promise(() => undefined) }, impatient);
      await assert.rejects(put(), tooLate);
    });

    it('a TLS handshake that never ends', async () => {
      peer.conduct = silence;
      client = clientWith({ server: `https://${peer.address}` }, impatient);
      await assert.rejects(put(), tooLate);
      assert.equal(peer.connections.length, 1);
    });

    it('a whole answer, whatever comes before and after it', async () => {
      const others = 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n';
      peer.conduct = (socket) => socket.write(`${others}${jsonAnswer('{"ok":true}')}garbage`);
      assert.deepEqual(await put(), { ok: true });
      assert.deepEqual(await put(), { ok: true });
      assert.equal(peer.connections.length, 2);
    });
  });

  describe('of a watch ends with', () => {
    for (const [what, conduct, message] of conducts) {
      it(what, async () => {
        peer.conduct = conduct;
        client = clientWith({}, message === tooLate ? impatient : patient);
        await assert.rejects(watch(), message);
      });
    }

    it('a word of its own, even while its credentials do not come', async () => {
      client = clientWith({ authorize: () => new Promise(() => undefined) }, 3_600_000);
      assert.deepEqual(await watch(AbortSignal.abort()), []);
      const stop = new AbortController();
      const ended = watch(stop.signal);
      stop.abort();
      assert.deepEqual(await ended, []);
    });

    it('a word of its own, even in the middle of a handshake', async () => {
      const { promise: shaking, resolve } = deferred();
      peer.conduct = resolve;
      client = clientWith({ server: `https://${peer.address}` }, 3_600_000);
      const stop = new AbortController();
      const ended = watch(stop.signal);
      await shaking;
      stop.abort();
      assert.deepEqual(await ended, []);
    });
  });

  describe('ends when the client is closed:', () => {
    it('that of a request that is forgotten, of one that is awaited, and of a watch', async () => {
      peer.conduct = silence;
      client = clientWith({}, 3_600_000);
      void put();
      const waiting = [put(), watch()].map((wait) => assert.rejects(wait, /: the client was closed$/));
      await eventually('three requests', () => peer.requests.length === 3);
      client.close();
      await Promise.all(waiting);
    });

    it('that of one whose credentials do not come, and of one that is asked for later', async () => {
      client = clientWith({ authorize: () => new Promise(() => undefined) }, 3_600_000);
      const waiting = assert.rejects(put(), /: the client was closed$/);
      client.close();
      await waiting;
      await assert.rejects(put(), /: the client was closed$/);
      await assert.rejects(watch(), /: the client was closed$/);
      assert.equal(peer.requests.length, 0);
    });
  });

  describe('for a kept connection', () => {
    const closed = (socket: { on(event: 'close', listener: () => void): unknown }) =>
      new Promise<void>((resolve) => socket.on('close', resolve));

    it('is not made where the server closed it between two requests', async () => {
      await put();
      const [socket] = peer.connections;
      socket?.end();
      await closed(socket ?? assert.fail());
      assert.deepEqual(await put(), { ok: true });
      assert.equal(peer.connections.length, 2);
    });

    const ok: Conduct = (socket) => socket.write(jsonAnswer('{"ok":true}'));
    for (const [how, breakOff] of [
      ['reset', reset],
      ['ended', end],
    ] as const) {
      it(`that is ${how} at the second request is made again on a fresh one, once`, async () => {
        peer.conduct = (socket, nth) => (nth === 1 ? ok : breakOff)(socket, nth);
        await put();
        assert.deepEqual(await put(), { ok: true });
        assert.equal(peer.connections.length, 2);
        peer.conduct = breakOff;
        await assert.rejects(put(), /ECONNRESET|socket hang up/);
        assert.equal(peer.requests.length, 5);
        assert.equal(peer.connections.length, 3);
      });
    }

    it('is not made again for what would be done twice', async () => {
      peer.conduct = (socket, nth) => (nth === 1 ? ok : reset)(socket, nth);
      await put();
      await assert.rejects(client.request('POST', path, {}), /ECONNRESET/);
      assert.equal(peer.requests.length, 2);
    });

    it('is not made again where a part of an answer came', async () => {
      peer.conduct = (socket, nth) => (nth === 1 ? ok(socket, nth) : first('HTTP/1.1 2', reset)(socket, nth));
      await put();
      await assert.rejects(put(), /ECONNRESET|socket hang up/);
      assert.equal(peer.requests.length, 2);
    });

    it('is not made while another request waits: that one may have shown that the way is blocked', async () => {
      const { promise: stuck, resolve: onStuck } = deferred();
      await Promise.all([put(), put()]);
      assert.equal(peer.connections.length, 2);
      peer.conduct = onStuck;
      const waiting = put();
      await stuck;
      peer.conduct = (socket, nth) => {
        assert.equal(nth, 1, 'a connection that was idle when the other got stuck');
        ok(socket, nth);
      };
      await put();
      assert.equal(peer.connections.length, 3);
      client.close();
      await assert.rejects(waiting, /: the client was closed$/);
    });
  });
});
