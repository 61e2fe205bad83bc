import assert from 'node:assert/strict';
import { ModeLog } from '../mode-log.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { linesLog } from '../testing/lines-log.ts';

describe('ModeLog', () => {
  let clock: FakeClock;
  let lines: string[];
  let modes: ModeLog;

  function modeLog(initially?: string): ModeLog {
    const log = linesLog((line) => lines.push(line));
    return new ModeLog({ clock, log, ...(initially === undefined ? {} : { initially }) });
  }

  beforeEach(() => {
    clock = new FakeClock();
    lines = [];
    modes = modeLog();
  });

  it('says each change at once, and nothing while the mode stays', () => {
    for (const error of ['a', 'a']) modes.is('warn', 'fails', { error });
    for (let time = 0; time < 3; time += 1) modes.is('info', 'works');
    assert.deepEqual(lines, ['warn fails error=a', 'info works']);
  });

  it('does not say the mode that things begin in', () => {
    modes = modeLog('works');
    modes.is('info', 'works');
    assert.deepEqual(lines, []);
    modes.is('warn', 'fails');
    modes.is('info', 'works');
    assert.deepEqual(lines, ['warn fails', 'info works']);
  });

  it('says a mode once a minute where it flaps, and how many changes it left out', () => {
    for (let second = 0; second < 150; second += 1) {
      modes.is('warn', 'fails');
      modes.is('info', 'works');
      clock.jump(1000);
    }
    assert.deepEqual(lines, [
      'warn fails',
      'info works',
      'warn fails leftOut=118',
      'info works',
      'warn fails leftOut=118',
      'info works',
    ]);
  });

  it('says how things stand at the first call after a minute, where the last change was left out', () => {
    modes.is('warn', 'fails');
    modes.is('info', 'works');
    modes.is('warn', 'fails');
    clock.jump(59_999);
    modes.is('warn', 'fails');
    assert.deepEqual(lines, ['warn fails', 'info works']);
    clock.jump(1);
    modes.is('warn', 'fails');
    modes.is('warn', 'fails');
    assert.deepEqual(lines, ['warn fails', 'info works', 'warn fails']);
  });

  it('says another error of the same mode, once a minute', () => {
    for (let attempt = 0; attempt < 100; attempt += 1) {
      modes.is('warn', 'fails', { error: `attempt ${attempt}` });
      clock.jump(1000);
    }
    assert.deepEqual(lines, ['warn fails error=attempt 0', 'warn fails error=attempt 60 leftOut=59']);
  });

  it('says a mode of its own at once, however another flaps', () => {
    modes.is('warn', 'fails');
    modes.is('info', 'works');
    modes.is('warn', 'fails');
    modes.is('warn', 'is forbidden');
    assert.deepEqual(lines, ['warn fails', 'info works', 'warn is forbidden leftOut=1']);
  });
});
