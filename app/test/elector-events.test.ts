import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { followElector } from '../src/elector-events.ts';
import type { ElectorStatement } from '../src/elector-statement.ts';
import { FakeClock } from '../../base/testing/fake-clock.ts';
import { linesLog } from '../../base/testing/lines-log.ts';
import { Queue } from './queue.ts';
import { ScriptedElector } from './scripted-elector.ts';

describe('Following the elector', () => {
  let elector: ScriptedElector;
  let clock: FakeClock;
  let heard: Queue<ElectorStatement | 'still there'>;
  let logged: Queue<string>;
  let stop: AbortController;
  let following: Promise<void>;

  beforeEach(async () => {
    elector = await ScriptedElector.start();
    clock = new FakeClock();
    heard = new Queue();
    logged = new Queue();
    stop = new AbortController();
  });

  afterEach(async () => {
    stop.abort();
    await following;
    await elector.stop();
  });

  function follow(electorTokenFile: string | null = null) {
    following = followElector({
      electorUrl: elector.url,
      electorTokenFile,
      leaseDurationMs: 10_000,
      clock,
      listener: {
        said: (statement) => heard.put(statement),
        stillThere: () => heard.put('still there'),
        toldHandovers: () => {},
      },
      log: linesLog((line) => logged.put(line)),
      signal: stop.signal,
    });
  }

  const told = { expiresInMs: 9000, leaderTransitions: 3, fencingToken: null };
  const leading = { ...told, name: 'pod-a', isLeader: true, validForMs: 6000 };
  const standby = { ...told, name: 'pod-b', isLeader: false, validForMs: 0 };

  it('hears the greeting, every later statement, and heartbeats', async () => {
    elector.say(standby);
    follow();
    assert.deepEqual(await heard.take(), standby);
    elector.write(': beat\n\n');
    assert.equal(await heard.take(), 'still there');
    elector.say(leading);
    assert.deepEqual(await heard.take(), leading);
  });

  it('does not take a heartbeat for an answer before anything was said on the connection', async () => {
    elector.greeting = ': beat\n\n';
    follow();
    await elector.connected();
    elector.say(standby);
    assert.deepEqual(await heard.take(), standby);
  });

  it('connects again 100 ms after the elector went away, then ever more slowly, and starts over once it was heard for 2 s', async () => {
    elector.say(standby);
    follow();
    await heard.take();
    await clock.advance(2000);
    elector.failure = { status: 500, contentType: 'text/plain' };
    let nextTry = clock.timerSet(100);
    elector.disconnect();
    for (const backoffMs of [100, 200, 400, 800, 1600, 2000, 2000]) {
      await nextTry;
      nextTry = clock.timerSet(Math.min(2 * backoffMs, 2000));
      await clock.advance(backoffMs);
    }
    await nextTry;
    elector.failure = null;
    await clock.advance(2000);
    assert.deepEqual(await heard.take(), standby);
    await clock.advance(1999);
    nextTry = clock.timerSet(2000);
    elector.disconnect();
    await nextTry;
    await clock.advance(2000);
    assert.deepEqual(await heard.take(), standby);
    await clock.advance(2000);
    nextTry = clock.timerSet(100);
    elector.disconnect();
    await nextTry;
  });

  it('asks an elector that says one thing and then garbage 34 times in the first minute, and makes four lines of it', async () => {
    elector.greeting = `data: ${JSON.stringify(standby)}\n\n${'x'.repeat(100_000)}`;
    let backoffMs = 100;
    let nextTry = clock.timerSet(backoffMs);
    follow();
    for (let passedMs = 0; passedMs + backoffMs < 60_000;) {
      await nextTry;
      const waitMs = backoffMs;
      backoffMs = Math.min(2 * waitMs, 2000);
      nextTry = clock.timerSet(backoffMs);
      await clock.advance(waitMs);
      passedMs += waitMs;
    }
    await nextTry;
    assert.equal(elector.connections, 34);
    const garbage = 'warn the elector cannot be heard: the stream sent a line or an event without end';
    assert.deepEqual(logged.takeAll(), [garbage, 'info the elector is heard']);
    await clock.advance(2000);
    assert.equal(await logged.take(), 'info the elector is heard leftOut=65');
    assert.equal(await logged.take(), garbage);
  });

  it('logs each reason once, and that the elector is heard again', async () => {
    elector.failure = { status: 503, contentType: 'text/event-stream' };
    let nextTry = clock.timerSet(100);
    follow();
    await nextTry;
    nextTry = clock.timerSet(200);
    await clock.advance(100);
    await nextTry;
    elector.failure = { status: 200, contentType: 'text/html' };
    nextTry = clock.timerSet(400);
    await clock.advance(200);
    await nextTry;
    elector.failure = null;
    elector.say(standby);
    await clock.advance(400);
    await heard.take();
    const url = new URL('/events', elector.url).href;
    assert.equal(
      await logged.take(),
      `warn the elector cannot be heard: GET ${url} answered 503, not an event stream`,
    );
    assert.equal(
      await logged.take(),
      `warn the elector cannot be heard: GET ${url} answered 200, not an event stream`,
    );
    assert.equal(await logged.take(), 'info the elector is heard');
    assert.equal(logged.size, 0);
  });

  const unreadable = [
    'no JSON',
    'null',
    '{"isLeader":false,"validForMs":0}',
    '{"name":"pod-a","isLeader":"yes","validForMs":0}',
    '{"name":"pod-a","isLeader":true}',
    '{"name":"pod-a","isLeader":true,"validForMs":-1}',
  ];
  for (const data of unreadable) {
    it(`ignores the event ${data}, with the heartbeats after it, and logs it once`, async () => {
      elector.say(leading);
      follow();
      await heard.take();
      elector.write(`data: ${data}\n\ndata: ${data}\n\n: beat\n\n`);
      elector.say(standby);
      assert.deepEqual(await heard.take(), standby);
      assert.match(await logged.take(), /^warn the elector sent an event that cannot be read why=/);
      assert.equal(await logged.take(), 'info the elector is heard');
      assert.equal(logged.size, 0);
    });
  }

  it('makes three lines of events of which every other one cannot be read, whatever is in them', async () => {
    elector.say(standby);
    follow();
    await heard.take();
    for (let count = 1; count <= 1000; count += 1) elector.write(`data: ${count}\n\n${elector.greeting}`);
    for (let count = 1; count <= 1000; count += 1) await heard.take();
    for (let second = 0; second < 60; second += 1) {
      await clock.advance(1000);
      elector.write(': beat\n\n');
      assert.equal(await heard.take(), 'still there');
    }
    assert.deepEqual(logged.takeAll(), [
      'warn the elector sent an event that cannot be read why=not a JSON object: 1',
      'info the elector is heard',
      'info the elector is heard leftOut=1997',
    ]);
  });

  it('gives up a stream with a line without end', async () => {
    elector.say(leading);
    follow();
    await heard.take();
    elector.greeting = `data: ${JSON.stringify(standby)}\n\n`;
    const nextTry = clock.timerSet(100);
    elector.write('x'.repeat(100_000));
    await nextTry;
    await clock.advance(100);
    assert.deepEqual(await heard.take(), standby);
  });

  for (const [what, stall] of [
    ['this process was stopped', () => clock.jump(60_000)],
    ['the machine was suspended', () => clock.stepWall(60_000)],
  ] as const) {
    it(`drops what lay unread while ${what}, and asks anew`, async () => {
      elector.say(leading);
      follow();
      await heard.take();
      stall();
      elector.greeting = `data: ${JSON.stringify(standby)}\n\n`;
      elector.write(`data: ${JSON.stringify(leading)}\n\n`);
      assert.deepEqual(await heard.take(), standby);
    });
  }

  it('asks anew after a stall also when nothing lay unread', async () => {
    elector.say(leading);
    follow();
    await heard.take();
    clock.jump(60_000);
    elector.greeting = `data: ${JSON.stringify(standby)}\n\n`;
    await clock.advance(250);
    assert.deepEqual(await heard.take(), standby);
  });

  it('keeps its connection while time passes normally', async () => {
    elector.say(standby);
    follow();
    await heard.take();
    for (let lease = 0; lease < 100; lease += 1) {
      await clock.advance(9999);
      elector.write(': beat\n\n');
      assert.equal(await heard.take(), 'still there');
    }
    assert.equal(elector.connections, 1);
  });

  describe('with a file for its token', () => {
    let folder: string;
    let file: string;

    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'token-'));
      file = join(folder, 'token');
    });

    afterEach(() => rm(folder, { recursive: true }));

    it('shows the token, and after a 401 the one that is in the file then', async () => {
      await writeFile(file, 'of-before\n');
      elector.token = 'of-now';
      elector.say(standby);
      const nextTry = clock.timerSet(100);
      follow(file);
      await nextTry;
      await writeFile(file, 'of-now');
      await clock.advance(100);
      assert.deepEqual(await heard.take(), standby);
      assert.deepEqual(elector.authorizations, ['Bearer of-before', 'Bearer of-now']);
      assert.match(
        logged.takeAll().join('; '),
        /answered 401, not an event stream; info the elector is heard$/,
      );
    });

    for (const [what, prepare] of [
      ['there is none', () => Promise.resolve()],
      ['it is empty', () => writeFile(file, '')],
      ['it holds something else', () => writeFile(file, 'to\nken')],
    ] as const) {
      it(`asks without one where ${what}, says so once, and looks again at the next connection`, async () => {
        await prepare();
        elector.say(standby);
        follow(file);
        await heard.take();
        for (const backoffMs of [100, 200]) {
          const nextTry = clock.timerSet(backoffMs);
          elector.disconnect();
          await nextTry;
          if (backoffMs === 200) await writeFile(file, 'there.now');
          await clock.advance(backoffMs);
          await heard.take();
        }
        assert.deepEqual(elector.authorizations, [undefined, undefined, 'Bearer there.now']);
        const ofTheToken = logged.takeAll().filter((line) => line.includes('token'));
        assert.equal(ofTheToken.length, 2);
        assert.ok(ofTheToken[0]?.startsWith('warn the elector is asked without a token why='), ofTheToken[0]);
        assert.ok(ofTheToken[0]?.includes(file), ofTheToken[0]);
        assert.equal(ofTheToken[1], 'info the elector is asked with its token');
      });
    }
  });
});
