import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { followElector } from '../src/elector-events.ts';
import type { ElectorStatement } from '../src/elector-statement.ts';
import { FakeClock } from '../../base/testing/fake-clock.ts';
import { linesLog } from '../../base/testing/lines-log.ts';
import { Queue } from './queue.ts';
import { RawElector } from './raw-elector.ts';

const statement = {
  name: 'pod-b',
  isLeader: false,
  validForMs: 0,
  expiresInMs: 9000,
  leaderTransitions: 3,
  fencingToken: null,
};
const event = `data: ${JSON.stringify(statement)}\n\n`;
const streamHead = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n';
const goodAnswer = (socket: Socket) => socket.write(streamHead + event);

/** Writes `text`, and again whenever that was passed on, for as long as the connection is open. */
function writeOnAndOn(socket: Socket, text: string): void {
  const again = () => setImmediate(() => socket.destroyed || socket.write(text, again));
  again();
}

describe('Whatever the elector answers, the app asks again:', () => {
  let elector: RawElector;
  let clock: FakeClock;
  let heard: Queue<ElectorStatement>;
  let logged: Queue<string>;
  let stop: AbortController;
  let following: Promise<void>;

  beforeEach(() => {
    clock = new FakeClock();
    heard = new Queue();
    logged = new Queue();
    stop = new AbortController();
  });

  afterEach(async () => {
    stop.abort();
    await following;
    await elector.stop();
    assert.equal(clock.timers, 0, 'a timer was left behind');
  });

  async function followOneThatAnswers(answer: (socket: Socket) => void): Promise<Socket> {
    elector = await RawElector.start(answer);
    following = followElector({
      electorUrl: elector.url,
      electorTokenFile: null,
      leaseDurationMs: 10_000,
      clock,
      listener: { said: (statement) => heard.put(statement), stillThere: () => {}, toldHandovers: () => {} },
      log: linesLog((line) => logged.put(line)),
      signal: stop.signal,
    });
    const connection = await elector.asked();
    elector.answer = goodAnswer;
    return connection;
  }

  async function isHeardAtTheNextTry(nextTry: Promise<void>): Promise<void> {
    await nextTry;
    await clock.advance(100);
    assert.deepEqual(await heard.take(), statement);
  }

  const ending: Record<string, { answer: (socket: Socket) => void; told: RegExp }> = {
    'a switch of protocols': {
      answer: (socket) =>
        socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n'),
      told: /was answered with neither an event stream nor an error$/,
    },
    'a switch of protocols to none': {
      answer: (socket) => socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n'),
      told: /answered 101, not an event stream$/,
    },
    'a close without an answer': { answer: (socket) => socket.end(), told: /socket hang up$/ },
    'a reset': { answer: (socket) => socket.resetAndDestroy(), told: /ECONNRESET$/ },
    'a close within the headers': {
      answer: (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-T'),
      told: /socket hang up$/,
    },
    'a preliminary answer and a close': {
      answer: (socket) => socket.end('HTTP/1.1 100 Continue\r\n\r\n'),
      told: /socket hang up$/,
    },
    'a stream that is cut off': {
      answer: (socket) =>
        socket.end(streamHead.replace('\r\n\r\n', '\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n:\n')),
      told: /aborted$/,
    },
    'a stream that ends with its connection': {
      answer: (socket) => socket.end(`${streamHead}: nothing\n\n`),
      told: /^warn the elector ended its events$/,
    },
    'headers without end': {
      answer: (socket) => {
        socket.write('HTTP/1.1 200 OK\r\n');
        writeOnAndOn(socket, 'X: y\r\n');
      },
      told: /Header overflow/,
    },
    'no HTTP': { answer: (socket) => socket.write('hello\r\n\r\n'), told: /Parse Error/ },
  };
  for (const [what, { answer, told }] of Object.entries(ending)) {
    it(what, async () => {
      const nextTry = clock.timerSet(100);
      await followOneThatAnswers(answer);
      assert.match(await logged.take(), told);
      await isHeardAtTheNextTry(nextTry);
    });
  }

  const lasting: Record<string, (socket: Socket) => void> = {
    'no answer': () => {},
    'headers that stop': (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-T'),
    'preliminary answers without end': (socket) => writeOnAndOn(socket, 'HTTP/1.1 103 Early Hints\r\n\r\n'),
    'a stream in which nothing comes': (socket) => socket.write(streamHead),
    'a stream of heartbeats alone': (socket) => {
      socket.write(streamHead);
      writeOnAndOn(socket, ':\n\n');
    },
    'a stream of events without data': (socket) => {
      socket.write(streamHead);
      writeOnAndOn(socket, '\n\n');
    },
  };
  for (const [what, answer] of Object.entries(lasting)) {
    it(`${what}, after one lease`, async () => {
      await followOneThatAnswers(answer);
      const nextTry = clock.timerSet(100);
      await clock.advance(10_000);
      assert.equal(await logged.take(), 'warn the elector cannot be heard: no word for 10 s');
      await isHeardAtTheNextTry(nextTry);
    });
  }

  it('a stream that stops after an event, one lease after that', async () => {
    const connection = await followOneThatAnswers((socket) => socket.write(streamHead));
    await clock.advance(5000);
    connection.write(event);
    await heard.take();
    await clock.advance(9999);
    assert.equal(logged.size, 0);
    const nextTry = clock.timerSet(100);
    await clock.advance(1);
    assert.equal(await logged.take(), 'warn the elector cannot be heard: no word for 10 s');
    await isHeardAtTheNextTry(nextTry);
  });
});
