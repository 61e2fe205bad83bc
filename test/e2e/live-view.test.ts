import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { eventually } from '../../base/testing/eventually.ts';
import { family, running, withStateDir } from './npm-start.ts';
import { hasPseudoTerminals, PseudoTerminal } from './pseudo-terminal.ts';

const start = 'node local/start.mjs';

// Without the pseudo-terminals of util-linux it is pending; what is drawn, and how, is tested in local/test/view everywhere.
(hasPseudoTerminals() ? describe : describe.skip)('npm start on a terminal', function () {
  this.timeout(60_000);
  let terminal: PseudoTerminal | null = null;
  afterEach(() => terminal?.end());

  function started(stateDir: string, replicas: number, env: NodeJS.ProcessEnv = {}): PseudoTerminal {
    const command = `${start} --state-dir ${stateDir} --ttl 3 --replicas ${replicas}`;
    terminal = new PseudoTerminal(command, 80, 24, env);
    return terminal;
  }

  it('tells what happens when its keys are pressed, and why', () =>
    withStateDir(async (stateDir) => {
      const shown = started(stateDir, 3);
      const { screen } = shown;
      await shown.shows(/Starting …/);
      const [, first = ''] = await shown.shows(
        /Page +http\S+ .*▶ (\w{5}) +leader .*NOW +\1 leads: it alone may act/,
      );
      assert.ok(await screen.showsPicture());

      shown.type('d');
      const handedOver = new RegExp(
        `(\\w{5}) leads after [\\d.]+ m?s \\(${first} was deleted and released the lock`,
      );
      const [, second = ''] = await shown.shows(handedOver);
      assert.notEqual(second, first);

      shown.type('f');
      await shown.shows(
        new RegExp(`▶ ${second} +leader, frozen .*NOW +You froze ${second}.*run out: [\\d.]+ s .*f thaw`),
      );
      const [, third = ''] = await shown.shows(
        new RegExp(`(\\w{5}) leads after [\\d.]+ m?s \\(${second} was frozen and its lease ran out\\)`),
      );
      shown.type('f');
      await shown.shows(new RegExp(`${second} was asked .* says is no: .* and ${third} leads on`));

      shown.type('h');
      await shown.shows(/In another terminal: .*kubectl get endpoints example -o json/);
      assert.equal(await screen.hasWrapped(), false);
      shown.type('hq');
      assert.equal(await shown.ended, 0);
      assert.equal(await screen.showsPicture(), false);
      assert.ok(screen.showsCursor);
      await shown.shows(new RegExp(`${third} leads after .*deleted +serviceaccount/leader-elector`));
    }));

  it('gives the terminal back and leaves nothing behind when it is told to end by SIGTERM', () =>
    withStateDir(async (stateDir) => {
      const shown = started(stateDir, 1, { NO_COLOR: '1' });
      const { screen } = shown;
      await shown.shows(/NOW +Starting/);
      const colour = new RegExp(String.raw`\x1b\[[\d;]*m`);
      assert.doesNotMatch(screen.written, colour);
      const [node = 0] = family(shown.pid).slice(1);
      const all = family(node);
      process.kill(node, 'SIGTERM');
      assert.equal(await shown.ended, 0);
      assert.equal(await screen.showsPicture(), false);
      assert.ok(screen.showsCursor);
      await eventually('no process left', () => running(all).length === 0);
      assert.ok(!existsSync(stateDir));
    }));

  it('tells it line by line on a terminal that nothing can be drawn on', () =>
    withStateDir(async (stateDir) => {
      const shown = started(stateDir, 1, { TERM: 'dumb' });
      await shown.shows(/created +serviceaccount\/leader-elector/);
      shown.type('q');
      assert.equal(await shown.ended, 0);
      assert.ok(!shown.screen.written.includes('\u001b'), 'control sequences');
    }));
});
