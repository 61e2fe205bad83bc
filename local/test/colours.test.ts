import assert from 'node:assert/strict';
import { coloured, colourless, paintFor } from '../colours.ts';

describe('Colours', () => {
  const terminal = { isTTY: true };
  const pipe = {};
  const cases = [
    ['a terminal that has them', terminal, { TERM: 'xterm-256color' }, coloured],
    ['a terminal that has none', terminal, { TERM: 'dumb' }, colourless],
    ['a terminal, with NO_COLOR', terminal, { TERM: 'xterm-256color', NO_COLOR: '1' }, colourless],
    ['a pipe', pipe, { TERM: 'xterm-256color' }, colourless],
    ['a pipe, with FORCE_COLOR', pipe, { TERM: 'dumb', FORCE_COLOR: '1' }, coloured],
    ['a terminal, with FORCE_COLOR=0', terminal, { TERM: 'xterm-256color', FORCE_COLOR: '0' }, colourless],
  ] as const;
  for (const [what, stream, env, paint] of cases)
    it(`are ${paint === coloured ? '' : 'not '}used on ${what}`, () =>
      assert.equal(paintFor(stream, env), paint));

  it('are those of the terminal', () => {
    assert.equal(coloured('green', 'leader'), '\u001b[32mleader\u001b[39m');
    assert.equal(colourless('green', 'leader'), 'leader');
  });
});
