import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FakeClock } from '../../../base/testing/fake-clock.ts';
import { linesLog } from '../../../base/testing/lines-log.ts';
import { askPods } from '../../src/pods/ask-pods.ts';
import { KnownPods } from '../../src/pods/known-pods.ts';
import { Queue } from '../queue.ts';

const podB = { name: 'pod-b', ip: '10.244.0.8', role: 'leading', silentMs: 0, upMs: 7000 } as const;
const podA = { ...podB, name: 'pod-a', role: 'standby' } as const;

describe('Asking the other pods', () => {
  let server: Server;
  let answer: (response: ServerResponse) => void;
  let asked: Queue<{ path: string | undefined; connection: string | undefined }>;
  let clock: FakeClock;
  let pods: KnownPods;
  let logged: string[];
  let stop: AbortController;
  let asking: Promise<void>;

  beforeEach(async () => {
    asked = new Queue();
    clock = new FakeClock();
    pods = new KnownPods(clock, 'pod-a');
    logged = [];
    stop = new AbortController();
    server = createServer(({ url, headers: { connection } }, response) => {
      answer(response);
      asked.put({ path: url, connection });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(async () => {
    stop.abort();
    await asking;
    assert.equal(clock.timers, 0, 'a timer was left behind');
    server.closeAllConnections();
    server.close();
  });

  function ask(): void {
    const podsUrl = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const log = linesLog((line) => logged.push(line));
    asking = askPods({ podsUrl, podName: 'pod-a', random: () => 0.5, pods, clock, log, signal: stop.signal });
  }

  /** Lets the answer arrive, and half a second pass. */
  async function nextQuestion(waiting: Promise<void>): Promise<void> {
    await waiting;
    const next = clock.timerSet(500);
    await clock.advance(500);
    await next;
  }

  it('asks twice a second, on a connection of its own each time, and learns what is answered', async () => {
    answer = (response) => response.end(JSON.stringify([podB]));
    const answered = clock.timerSet(500);
    ask();
    assert.deepEqual(await asked.take(), { path: '/pods', connection: 'close' });
    await answered;
    assert.deepEqual(pods.others(), [podB]);
    await nextQuestion(answered);
    assert.deepEqual(await asked.take(), { path: '/pods', connection: 'close' });
  });

  it('gives up a pod that does not answer within 0.3 s, and asks again at once', async () => {
    answer = () => undefined;
    ask();
    await asked.take();
    answer = (response) => response.end(JSON.stringify([podB]));
    const answered = clock.timerSet(500);
    await clock.advance(300);
    await answered;
    assert.deepEqual(
      pods.others().map(({ name }) => name),
      ['pod-b'],
    );
  });

  it('asks again at once where the Service chose this pod itself, four times at most', async () => {
    answer = (response) => response.end(JSON.stringify([podA, podB]));
    const answered = clock.timerSet(500);
    ask();
    await answered;
    assert.equal(asked.size, 4);
    assert.deepEqual(pods.others(), [podB]);
  });

  const useless: Record<string, (response: ServerResponse) => void> = {
    'no JSON': (response) => response.end('hello'),
    'no array': (response) => response.end('{}'),
    'a status that is not 200': (response) => response.writeHead(503).end(JSON.stringify([podB])),
    'more than 64 KiB': (response) => response.end(JSON.stringify([podB]) + ' '.repeat(70_000)),
    'nothing, and is gone': (response) => response.socket?.destroy(),
    'a switch of protocols': (response) =>
      response.socket?.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n'),
    'no name': (response) => response.end(JSON.stringify([{ ...podB, name: '' }])),
    'a name that is none': (response) => response.end(JSON.stringify([{ ...podB, name: 'a\nb' }])),
    'no address': (response) => response.end(JSON.stringify([{ ...podB, ip: '<b>' }])),
    'a role that is none': (response) => response.end(JSON.stringify([{ ...podB, role: 'king' }])),
    'a pod that has yet to start': (response) => response.end(JSON.stringify([{ ...podB, upMs: -1 }])),
    'news from the future': (response) => response.end(JSON.stringify([{ ...podB, silentMs: -1 }])),
    'a pod that is null': (response) => response.end('[null]'),
  };
  for (const [what, how] of Object.entries(useless)) {
    it(`learns nothing from a pod that answers ${what}, and asks on`, async () => {
      answer = how;
      const answered = clock.timerSet(500);
      ask();
      await asked.take();
      await answered;
      assert.deepEqual(pods.others(), []);
      answer = (response) => response.end(JSON.stringify([podB]));
      await nextQuestion(answered);
      assert.deepEqual(pods.others(), [podB]);
    });
  }

  it('says once that no other pod answers, after 10 s', async () => {
    answer = (response) => response.writeHead(503).end();
    const answered = clock.timerSet(500);
    ask();
    await answered;
    for (let count = 1; count < 30; count += 1) {
      assert.equal(logged.length, count < 20 ? 0 : 1);
      await nextQuestion(Promise.resolve());
    }
    assert.match(logged[0] ?? '', /no other pod answers.*503/);
  });
});
