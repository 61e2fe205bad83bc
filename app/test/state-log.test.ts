import assert from 'node:assert/strict';
import { StateLog } from '../src/state-log.ts';
import { FakeClock } from './fake-clock.ts';

describe('StateLog', () => {
  let clock: FakeClock;
  let stop: AbortController;
  let lines: string[];
  let states: StateLog;

  beforeEach(() => {
    clock = new FakeClock();
    stop = new AbortController();
    lines = [];
    states = new StateLog('up', { clock, log: (line) => lines.push(line), signal: stop.signal });
  });

  function enter(...entered: string[]): void {
    for (const state of entered) states.enter(state, `it is ${state}`);
  }

  /** The lines since this was called last. */
  function told(): string[] {
    return lines.splice(0);
  }

  it('tells a state once, however often it is said and however long it lasts', () => {
    enter('up', 'down', 'down');
    clock.pass(3_600_000);
    enter('down');
    assert.deepEqual(told(), ['it is down']);
    assert.equal(clock.timers, 0);
  });

  it('tells each state at once, and a state that comes again after a minute too', () => {
    enter('down', 'up', 'broken');
    clock.pass(60_000);
    enter('up', 'broken');
    assert.deepEqual(told(), ['it is down', 'it is up', 'it is broken', 'it is up', 'it is broken']);
  });

  it('tells those that came again with their count when the minute is over, the present one last', () => {
    for (let count = 0; count < 12; count += 1) enter('down', 'up');
    enter('down');
    assert.deepEqual(told(), ['it is down', 'it is up']);
    clock.pass(60_000);
    assert.deepEqual(told(), [
      'it is up (12 times in the last minute)',
      'it is down (13 times in the last minute)',
    ]);
  });

  it('goes on so for as long as it flaps, then is quiet', () => {
    enter('down', 'up', 'down', 'up');
    clock.pass(60_000);
    told();
    enter('down', 'up', 'down', 'up');
    assert.deepEqual(told(), []);
    clock.pass(60_000);
    assert.deepEqual(told(), [
      'it is down (2 times in the last minute)',
      'it is up (2 times in the last minute)',
    ]);
    enter('down');
    clock.pass(60_000);
    assert.deepEqual(told(), ['it is down (once in the last minute)']);
    clock.pass(60_000);
    assert.deepEqual(told(), []);
    assert.equal(clock.timers, 0);
  });

  it('tells the present state last also where it came only once', () => {
    enter('down', 'up', 'down', 'up', 'broken');
    assert.deepEqual(told(), ['it is down', 'it is up', 'it is broken']);
    clock.pass(60_000);
    assert.deepEqual(told(), [
      'it is down (2 times in the last minute)',
      'it is up (2 times in the last minute)',
      'it is broken',
    ]);
  });

  it('is quiet and sets no timer once it was ended', () => {
    enter('down');
    stop.abort();
    enter('up');
    assert.deepEqual(told(), ['it is down']);
    assert.equal(clock.timers, 0);
  });
});
