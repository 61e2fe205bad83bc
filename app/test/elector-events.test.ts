import assert from 'node:assert/strict';
import { followElector } from '../src/elector-events.ts';
import type { ElectorStatement } from '../src/elector-statement.ts';
import { FakeClock } from './fake-clock.ts';
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

  function follow() {
    following = followElector({
      electorUrl: elector.url,
      leaseDurationMs: 10_000,
      clock,
      listener: { said: (statement) => heard.put(statement), stillThere: () => heard.put('still there') },
      log: (line) => logged.put(line),
      signal: stop.signal,
    });
  }

  const leading = { name: 'pod-a', isLeader: true, validForMs: 6000 };
  const standby = { name: 'pod-b', isLeader: false, validForMs: 0 };

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

  it('connects again 100 ms after the elector went away, then ever more slowly, and starts over once it is heard', async () => {
    elector.say(standby);
    follow();
    await heard.take();
    elector.failure = { status: 500, contentType: 'text/plain' };
    let nextTry = clock.timerSet(100);
    elector.disconnect();
    for (const backoffMs of [100, 200, 400, 800, 1600, 2000, 2000]) {
      await nextTry;
      nextTry = clock.timerSet(Math.min(2 * backoffMs, 2000));
      clock.pass(backoffMs);
    }
    await nextTry;
    elector.failure = null;
    clock.pass(2000);
    assert.deepEqual(await heard.take(), standby);
    nextTry = clock.timerSet(100);
    elector.disconnect();
    await nextTry;
  });

  it('logs each reason once, and that the elector is heard again', async () => {
    elector.failure = { status: 503, contentType: 'text/event-stream' };
    let nextTry = clock.timerSet(100);
    follow();
    await nextTry;
    nextTry = clock.timerSet(200);
    clock.pass(100);
    await nextTry;
    elector.failure = { status: 200, contentType: 'text/html' };
    nextTry = clock.timerSet(400);
    clock.pass(200);
    await nextTry;
    elector.failure = null;
    elector.say(standby);
    clock.pass(400);
    await heard.take();
    const url = new URL('/events', elector.url).href;
    assert.equal(
      await logged.take(),
      `the elector cannot be heard: GET ${url} answered 503, not an event stream`,
    );
    assert.equal(
      await logged.take(),
      `the elector cannot be heard: GET ${url} answered 200, not an event stream`,
    );
    assert.equal(await logged.take(), 'the elector is heard again');
    assert.equal(logged.size, 0);
  });

  it('ignores an event it cannot read, with the heartbeats after it, and logs it once', async () => {
    const unreadable = [
      'no JSON',
      'null',
      '{"isLeader":false,"validForMs":0}',
      '{"name":"pod-a","isLeader":"yes","validForMs":0}',
      '{"name":"pod-a","isLeader":true}',
      '{"name":"pod-a","isLeader":true,"validForMs":-1}',
    ];
    elector.say(leading);
    follow();
    await heard.take();
    for (const data of unreadable) {
      elector.write(`data: ${data}\n\ndata: ${data}\n\n: beat\n\n`);
      elector.say(standby);
      assert.deepEqual(await heard.take(), standby);
      assert.match(await logged.take(), /^the elector sent an event that cannot be read/);
      assert.equal(await logged.take(), 'the elector is heard again');
      assert.equal(logged.size, 0);
    }
  });

  it('gives up a stream with a line without end', async () => {
    elector.say(leading);
    follow();
    await heard.take();
    elector.greeting = 'data: {"name":"pod-b","isLeader":false,"validForMs":0}\n\n';
    const nextTry = clock.timerSet(100);
    elector.write('x'.repeat(100_000));
    await nextTry;
    clock.pass(100);
    assert.deepEqual(await heard.take(), standby);
  });

  it('gives up a connection on which nothing comes', async () => {
    stop.abort();
    const nextTry = clock.timerSet(100);
    const impatient = new AbortController();
    following = followElector({
      electorUrl: elector.url,
      leaseDurationMs: 50,
      clock,
      listener: { said: () => {}, stillThere: () => {} },
      log: (line) => logged.put(line),
      signal: impatient.signal,
    });
    await nextTry;
    assert.equal(await logged.take(), 'the elector cannot be heard: no word for 0.05 s');
    impatient.abort();
  });

  for (const [what, stall] of [
    ['this process was stopped', () => clock.sleep(60_000)],
    ['the machine was suspended', () => clock.stepWall(60_000)],
  ] as const) {
    it(`drops what lay unread while ${what}, and asks anew`, async () => {
      elector.say(leading);
      follow();
      await heard.take();
      stall();
      elector.greeting = 'data: {"name":"pod-b","isLeader":false,"validForMs":0}\n\n';
      elector.write(`data: ${JSON.stringify(leading)}\n\n`);
      assert.deepEqual(await heard.take(), standby);
    });
  }

  it('asks anew after a stall also when nothing lay unread', async () => {
    elector.say(leading);
    follow();
    await heard.take();
    clock.sleep(60_000);
    elector.greeting = 'data: {"name":"pod-b","isLeader":false,"validForMs":0}\n\n';
    clock.pass(250);
    assert.deepEqual(await heard.take(), standby);
  });

  it('keeps its connection while time passes normally', async () => {
    elector.say(standby);
    follow();
    await heard.take();
    clock.pass(3_600_000);
    elector.say(leading);
    assert.deepEqual(await heard.take(), leading);
    assert.equal(elector.connections, 1);
  });
});
