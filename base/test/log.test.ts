import assert from 'node:assert/strict';
import { createLog, type Log, type LogFormat } from '../log.ts';

/** What one call writes, without its time, which must be that of the call. */
function written(format: LogFormat, call: (log: Log) => void): string {
  const lines: string[] = [];
  const before = Date.now();
  call(createLog(format, (line) => lines.push(line)));
  const after = Date.now();
  assert.equal(lines.length, 1);
  const [line = ''] = lines;
  const [time = ''] = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/.exec(line) ?? [];
  assert.ok(before <= Date.parse(time) && Date.parse(time) <= after, line);
  return line.replace(time, 'TIME');
}

describe('The log as text', () => {
  it('has time, level, message and fields on one line', () => {
    const line = written('text', (log) => log.info('new leader', { leader: 'pod-a', term: 3, again: true }));
    assert.equal(line, 'TIME INFO  new leader leader=pod-a term=3 again=true\n');
  });

  it('names the level', () => {
    assert.equal(
      written('text', (log) => log.warn('careful')),
      'TIME WARN  careful\n',
    );
    assert.equal(
      written('text', (log) => log.error('broken')),
      'TIME ERROR broken\n',
    );
  });

  for (const value of [
    '',
    'two words',
    'a=b',
    'say "no"',
    'back\\slash',
    'line\nbreak',
    'tab\there',
    '\u001b[2J',
  ]) {
    it(`quotes the value ${JSON.stringify(value)} so that it can be read back`, () => {
      const line = written('text', (log) => log.info('seen', { value }));
      const [, quoted = ''] = /^TIME INFO {2}seen value=(".*")\n$/.exec(line) ?? [];
      assert.equal(JSON.parse(quoted), value);
    });
  }

  it('keeps a message with a line break on one line', () => {
    assert.equal(
      written('text', (log) => log.info('first\nsecond')),
      'TIME INFO  first\\nsecond\n',
    );
  });
});

describe('The log as JSON', () => {
  it('is one object a line, with the fields beside the message', () => {
    const line = written('json', (log) =>
      log.warn('a request\nfailed', { error: 'GET "x": 500', code: 500 }),
    );
    assert.match(line, /^[^\n]*\n$/);
    assert.deepEqual(JSON.parse(line), {
      time: 'TIME',
      level: 'warn',
      message: 'a request\nfailed',
      error: 'GET "x": 500',
      code: 500,
    });
  });

  it('names the level', () => {
    for (const level of ['info', 'warn', 'error'] as const) {
      const line = written('json', (log) => log[level]('said'));
      assert.deepEqual(JSON.parse(line), { time: 'TIME', level, message: 'said' });
    }
  });
});
