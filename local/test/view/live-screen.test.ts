import assert from 'node:assert/strict';
import { LiveScreen } from '../../view/live-screen.ts';
import { RenderedTerminal } from './rendered-terminal.ts';

const nothing = () => undefined;

describe('The live screen', () => {
  let terminal: RenderedTerminal;
  let screen: LiveScreen;
  let resizes: number;

  beforeEach(() => {
    resizes = 0;
    terminal = new RenderedTerminal(20, 4);
    terminal.write('$ npm start\r\n');
    screen = new LiveScreen(terminal, () => (resizes += 1));
    screen.open();
  });

  afterEach(() => screen.close());

  it('shows what is drawn, and nothing else', async () => {
    screen.draw(['one', '', 'three']);
    assert.ok(await terminal.showsPicture());
    assert.equal(terminal.showsCursor, false);
    assert.deepEqual(await terminal.lines(), ['one', '', 'three', '']);
    screen.draw(['1', 'two']);
    assert.deepEqual(await terminal.lines(), ['1', 'two', '', '']);
  });

  it('writes only the lines that have changed, all at once', () => {
    screen.draw(['http://127.0.0.1:30080', 'lease 3 s']);
    const before = terminal.written.length;
    screen.draw(['http://127.0.0.1:30080', 'lease 2 s']);
    const written = terminal.written.slice(before);
    assert.ok(written.includes('lease 2 s'), written);
    assert.ok(written.startsWith('\u001b[?2026h') && written.endsWith('\u001b[?2026l'), written);
    assert.ok(!written.includes('http') && !written.includes('\u001b[2J'), written);
    const after = terminal.written.length;
    screen.draw(['http://127.0.0.1:30080', 'lease 2 s']);
    assert.equal(terminal.written.length, after);
  });

  it('shows the last character of a line that fills the terminal', async () => {
    screen.draw(['x'.repeat(20), `\u001b[1m${'y'.repeat(20)}\u001b[22m`]);
    // Some terminals would clear it: the cursor stands on it still.
    assert.ok(!terminal.written.includes(`${'x'.repeat(20)}\u001b[K`), terminal.written);
    assert.deepEqual((await terminal.lines()).slice(0, 2), ['x'.repeat(20), 'y'.repeat(20)]);
  });

  it('wraps nothing, however long or wide', async () => {
    screen.draw(['x'.repeat(50), '日'.repeat(20), 'below']);
    assert.equal(await terminal.hasWrapped(), false);
    assert.equal((await terminal.lines())[2], 'below');
  });

  it('gives the terminal back as it was', async () => {
    screen.draw(['one', 'two']);
    screen.close();
    assert.equal(await terminal.showsPicture(), false);
    assert.ok(terminal.showsCursor);
    assert.ok(await terminal.wraps());
    assert.deepEqual(await terminal.lines(), ['$ npm start', '', '', '']);
    const length = terminal.written.length;
    screen.draw(['late']);
    screen.close();
    assert.equal(terminal.written.length, length, 'it writes after its end');
  });

  for (const ending of ['exit', 'uncaughtExceptionMonitor'] as const)
    it(`gives it back before this process ends by itself (${ending})`, async () => {
      const [close] = process.listeners(ending as 'exit').slice(-1);
      screen.draw(['one']);
      close?.(1);
      assert.equal(await terminal.showsPicture(), false);
      assert.ok(terminal.showsCursor);
    });

  it('keeps nobody waiting for the end of the process once it is closed', () => {
    const listeners = () => process.listenerCount('exit') + process.listenerCount('uncaughtExceptionMonitor');
    const open = listeners();
    screen.close();
    assert.equal(listeners(), open - 2);
  });

  it('draws all of it anew where the terminal has another size', async () => {
    screen.draw(['one', 'two']);
    terminal.resize(10, 2);
    assert.equal(resizes, 1);
    assert.deepEqual(screen.size, { width: 10, height: 2 });
    screen.draw(['one', 'two']);
    assert.deepEqual(await terminal.lines(), ['one', 'two']);
    screen.close();
    terminal.resize(20, 4);
    assert.equal(resizes, 1);
  });

  it('takes a terminal that does not know its size for one of 80×24', () => {
    const sizeless = { columns: 0, rows: 0, write: nothing, on: nothing, off: nothing };
    assert.deepEqual(new LiveScreen(sizeless, nothing).size, { width: 80, height: 24 });
  });

  it('can be made for a terminal without being opened', () => {
    const other = new RenderedTerminal(20, 4);
    new LiveScreen(other, nothing).draw(['one']);
    assert.equal(other.written, '');
  });
});
