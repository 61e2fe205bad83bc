import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { EventStreams, maxStreams } from '../../src/sidecar/event-streams.ts';
import { createHttpApi } from '../../src/sidecar/http-api.ts';
import { maxConnections, maxUnanswered } from '../../src/sidecar/http-connections.ts';
import { PodToken } from '../../src/sidecar/pod-token.ts';
import { deferred } from '../../../base/testing/deferred.ts';
import { eventually } from '../../../base/testing/eventually.ts';
import { FakeClock, settle } from '../../../base/testing/fake-clock.ts';

const status = {
  name: 'a',
  isLeader: false,
  leaderTransitions: 0,
  fencingToken: null,
  validForMs: 0,
  expiresInMs: null,
};
const event = `data: ${JSON.stringify(status)}\n\n`;
const hourMs = 3_600_000;

/** The status codes of the answers in what a connection sent. */
const statusCodes = (received: string) =>
  [...received.matchAll(/^HTTP\/1\.1 (\d+) /gm)].map(([, code]) => Number(code));

describe('The bounds of the HTTP API', function () {
  this.timeout(60_000);
  let clock: FakeClock;
  let streams: EventStreams;
  let server: Server;
  let proof: string;
  let render: () => Promise<string>;
  /** The server's ends of the connections, in their order. */
  let accepted: Socket[];
  let clients: Socket[];

  beforeEach(async () => {
    clock = new FakeClock();
    accepted = [];
    clients = [];
    render = () => Promise.resolve('metrics\n');
    const folder = await mkdtemp(join(tmpdir(), 'http-bounds-'));
    const token = await PodToken.write(join(folder, 'token'), {});
    proof = `Authorization: Bearer ${await readFile(join(folder, 'token'), 'utf8')}\r\n`;
    await rm(folder, { recursive: true });
    streams = new EventStreams({ heartbeatMs: hourMs, app: null, clock });
    server = createHttpApi({
      status: () => status,
      elector: {
        handovers: [],
        notReadyBecause: null,
        hasStopped: false,
        resign: () => Promise.reject(new Error('nobody asked for this')),
      },
      metrics: { contentType: 'text/plain', render: () => render() },
      streams,
      token,
    });
    server.on('connection', (socket) => accepted.push(socket));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(async () => {
    for (const client of clients) client.destroy();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  const open = async (): Promise<Socket> => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    clients.push(socket);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    return socket;
  };

  const get = (path: string, headers = '') => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`;

  /** Asks on a connection of its own; resolves with it and the beginning of the answer. */
  const ask = async (request: string): Promise<{ socket: Socket; answer: string }> => {
    const socket = await open();
    socket.write(request);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    return { socket, answer: answer.toString() };
  };

  /** Opens this many streams, some at a time. */
  const openStreams = async (count: number, headers = ''): Promise<Socket[]> => {
    const opened: Socket[] = [];
    while (opened.length < count) {
      const some = Math.min(50, count - opened.length);
      const asked = await Promise.all(Array.from({ length: some }, () => ask(get('/events', headers))));
      for (const { socket, answer } of asked) {
        assert.deepEqual(statusCodes(answer), [200]);
        opened.push(socket);
      }
    }
    return opened;
  };

  describe('of one connection', () => {
    it('leave nothing of pipelined streams once their connections have closed', async () => {
      const sockets = await Promise.all(Array.from({ length: 20 }, open));
      for (const socket of sockets) socket.write(get('/events').repeat(60));
      await eventually('a stream on each', () => accepted.every((socket) => socket.bytesWritten > 0));
      for (const socket of sockets) socket.resetAndDestroy();
      await eventually('the end of all', () => accepted.every((socket) => socket.closed));
      assert.equal(streams.size, 0);
      assert.equal(clock.timers, 0);
    });

    it('leave nothing of a stream that waits behind another answer once its connection has closed', async () => {
      const rendered = deferred();
      render = async () => {
        await rendered.promise;
        return 'metrics\n';
      };
      const socket = await open();
      socket.write(get('/metrics') + get('/events', proof));
      await eventually('the stream', () => streams.size === 1);
      socket.resetAndDestroy();
      await eventually('its end', () => streams.size === 0);
      rendered.resolve();
    });

    it('answer what was asked before a stream, begin the stream, and close at what is asked behind it', async () => {
      const socket = await open();
      socket.write(get('/') + get('/metrics') + get('/events') + get('/') + get('/'));
      const received = await text(socket);
      assert.deepEqual(statusCodes(received), [200, 200, 200]);
      assert.match(received, /"name":"a".*metrics\n.*text\/event-stream/s);
      assert.equal(received.split(event).length, 2, received);
      await eventually('its end', () => streams.size === 0);
    });

    it('close a stream on which something is asked later', async () => {
      const { socket, answer } = await ask(get('/events'));
      assert.ok(answer.includes(event), answer);
      socket.write(get('/healthz'));
      assert.deepEqual(statusCodes(await text(socket)), []);
    });

    it(`let ${maxUnanswered} requests wait for their answers, refuse the next, and take no more`, async () => {
      const rendered = deferred();
      let asked = 0;
      render = async () => {
        asked += 1;
        await rendered.promise;
        return 'metrics\n';
      };
      const socket = await open();
      socket.write(get('/metrics').repeat(maxUnanswered + 30));
      await eventually('the questions', () => asked === maxUnanswered);
      rendered.resolve();
      const received = await text(socket);
      assert.deepEqual(statusCodes(received), [...Array<number>(maxUnanswered).fill(200), 503]);
      assert.ok(
        received.endsWith('\r\n\r\n16 requests of this connection wait for answers, and more may not\n'),
        received,
      );
      assert.equal(asked, maxUnanswered);
    });

    it('do not count the requests that have their answers', async () => {
      const socket = await open();
      for (let request = 0; request < 3 * maxUnanswered; request += 1) {
        socket.write(get('/healthz'));
        const [answer] = (await once(socket, 'data')) as [Buffer];
        assert.deepEqual(statusCodes(answer.toString()), [200]);
      }
    });

    it('end it where nothing moves for a minute, such as an answer that nobody takes', async () => {
      assert.equal(server.timeout, 60_000);
      server.timeout = 50;
      render = () => Promise.resolve('x'.repeat(20_000_000));
      const socket = await open();
      socket.pause();
      socket.write(get('/metrics'));
      await eventually('its end', () => accepted.every(({ closed }) => closed));
    });

    it('leave a stream to the rules for streams', async () => {
      await ask(get('/events'));
      assert.deepEqual(
        accepted.map(({ timeout }) => timeout),
        [0],
      );
    });
  });

  describe('of the streams', () => {
    it('are counted for onlookers and the app apart: one more is told to come back', async () => {
      const refusal = async (headers: string) => {
        const { answer } = await ask(get('/events', headers));
        assert.match(answer, /^HTTP\/1\.1 503 .*\r\nRetry-After: 5\r\n/s);
        return answer.split('\r\n\r\n')[1];
      };
      const [first] = await openStreams(maxStreams.onlooker);
      assert.equal(await refusal(''), '1000 streams of onlookers are open, and more there may not be\n');
      await openStreams(maxStreams.app, proof);
      assert.equal(await refusal(proof), '100 streams of the app are open, and more there may not be\n');
      assert.equal(streams.size, 1100);

      first?.destroy();
      await eventually('room', () => streams.hasRoomFor('onlooker'));
      await openStreams(1);
      assert.equal(await refusal(''), '1000 streams of onlookers are open, and more there may not be\n');
    });

    it('cut off a client that has taken nothing for a minute, and no other', async () => {
      const deaf = await open();
      deaf.pause();
      deaf.write(get('/events'));
      await eventually('the deaf client', () => streams.size === 1);
      const { socket: reader } = await ask(get('/events'));
      reader.resume();
      const { socket: idle } = await ask(get('/events'));
      idle.pause();
      await clock.advance(hourMs / 2);
      assert.equal(streams.size, 3);

      idle.destroy();
      await eventually('two clients', () => streams.size === 2);
      const [deafsConnection] = accepted;
      await eventually('something that waits', async () => {
        streams.publish(() => ({ message: { name: 'x'.repeat(16 * 1024) } }));
        await settle();
        return (deafsConnection?.writableLength ?? 0) > 0;
      });
      await clock.advance(50_000);
      assert.equal(streams.size, 2);
      await clock.advance(20_000);
      await eventually('its end', () => streams.size === 1);
      assert.equal(deafsConnection?.destroyed, true);
      assert.equal(reader.destroyed, false);
    });
  });

  describe('of all connections', () => {
    it('let the one that asked least recently make way, streams apart: a probe is always answered', async () => {
      // However long this takes, no other bound closes one of them.
      server.keepAliveTimeout = 0;
      server.headersTimeout = 0;
      server.requestTimeout = 0;
      server.timeout = 0;
      const [stream] = await openStreams(1);
      const { socket: asksAgain } = await ask(get('/healthz'));
      const { socket: oldest } = await ask(get('/healthz'));
      while (clients.length < maxConnections) {
        await Promise.all(Array.from({ length: Math.min(50, maxConnections - clients.length) }, open));
      }
      asksAgain.write(get('/healthz'));
      await once(asksAgain, 'data');

      const closed = once(oldest, 'close');
      oldest.resume();
      const { answer } = await ask(get('/healthz'));
      assert.deepEqual(statusCodes(answer), [200]);
      await closed;
      assert.equal(streams.size, 1);
      streams.publish(() => ({ message: status }));
      assert.ok(stream);
      await once(stream, 'data');
      asksAgain.write(get('/healthz'));
      const [again] = (await once(asksAgain, 'data')) as [Buffer];
      assert.deepEqual(statusCodes(again.toString()), [200]);
      assert.equal(await connectionCount(), maxConnections);
    });
  });

  const connectionCount = () =>
    new Promise<number>((resolve, reject) => {
      server.getConnections((error, count) => {
        if (error) reject(error);
        else resolve(count);
      });
    });
});
