import assert from 'node:assert/strict';
import { CommandSuite, guardOf, runs, workerPid } from './command-process.ts';
import { eventually } from '../../../base/testing/eventually.ts';

describe('k8s-leader-elector run', () => {
  let suite: CommandSuite;

  beforeEach(async () => {
    suite = await CommandSuite.start();
  });
  afterEach(() => suite.stop());

  describe('ends as the command does, and releases the lock:', () => {
    const ends: [what: string, commandLine: string[], status: number][] = [
      ['with its exit code', ['sh', '-c', 'exit 7'], 7],
      ['with 128 and the number of the signal that ended it', ['sh', '-c', 'kill -KILL $$'], 137],
      ['with 127 where there is no such command', ['no-such-command'], 127],
      ['with 126 where it is no program', ['/'], 126],
      ['with 126 where there cannot be one', [`${process.execPath}/no-such-command`], 126],
    ];
    for (const [what, commandLine, status] of ends)
      it(what, async () => {
        const run = suite.run('a', [], commandLine);
        assert.equal(await run.ended, status);
        assert.equal(suite.lease?.holderIdentity, '');
      });
  });

  it('says why the command cannot be started', async () => {
    const run = suite.run('a', [], ['no-such-command']);
    await run.line(/the command cannot be started command=no-such-command error=ENOENT/);
    await run.ended;
  });

  it('gives it what this process has: arguments, environment, input and output', async () => {
    const run = suite.run(
      'a',
      [],
      ['sh', '-c', 'read -r line || echo "$0 $LEADER_ELECTION_IDENTITY $1"', 'x', '--'],
    );
    assert.equal(await run.ended, 0);
    assert.ok(run.lines.includes('x a --'), run.lines.join('\n'));
  });

  it('tells it the fencing token of its term, which grows from term to term', async () => {
    const tokens: number[] = [];
    for (const id of ['a', 'b']) {
      const run = suite.run(id);
      const [, token] = await run.line(/^works as . with (\d+) in/);
      tokens.push(Number(token));
      run.signal('SIGTERM');
      await run.ended;
    }
    assert.ok(Number(tokens[0]) > 0 && Number(tokens[0]) < Number(tokens[1]), String(tokens));
  });

  it('runs it in one process of several; when that ends, in another, at once', async () => {
    const first = suite.run('a');
    await workerPid(first);
    const second = suite.run('b');
    await second.line(/new leader elected leader=a/);
    first.signal('SIGTERM');
    await workerPid(second);
    assert.equal(await first.ended, 0);
    assert.equal(suite.lease?.holderIdentity, 'b');
  });

  it('keeps the lock, and renews it, for as long as the command takes to end', async () => {
    const run = suite.runStubborn('a', '--grace-period', '1h');
    const worker = await workerPid(run);
    run.signal('SIGTERM');
    await run.line(/^got SIGTERM$/);
    const seen = suite.lease?.renewTime;
    await eventually('two renewals', () => suite.lease?.renewTime !== seen);
    assert.equal(suite.lease?.holderIdentity, 'a');
    process.kill(worker, 'SIGKILL');
    assert.equal(await run.ended, 137);
    assert.equal(suite.lease.holderIdentity, '');
  });

  it('kills it when the grace period is over', async () => {
    const run = suite.runStubborn('a', '--grace-period', '100ms');
    await workerPid(run);
    run.signal('SIGTERM');
    assert.equal(await run.ended, 137);
    assert.ok(run.lines.includes('got SIGTERM'));
  });

  it('ends it by the signal that this process got, also where that is not the first', async () => {
    const run = suite.run('a');
    await workerPid(run);
    run.signal('SIGHUP');
    await run.line(/^got SIGHUP$/);
    run.signal('SIGUSR1');
    await run.line(/^got SIGUSR1$/);
    run.signal('SIGINT');
    assert.equal(await run.ended, 5);
  });

  it('ends all that the command has started in its process group, before the lock is released', async () => {
    const orphan = 'trap "" TERM; echo orphan $$; while :; do sleep 0.05; done';
    const run = suite.run('a', ['--grace-period', '100ms'], ['sh', '-c', `sh -c '${orphan}' & sleep 0.5`]);
    const [, pid] = await run.line(/^orphan (\d+)$/);
    assert.equal(await run.ended, 0);
    assert.equal(runs(Number(pid)), false);
  });

  it('ends at once where it does not lead', async () => {
    await workerPid(suite.run('a'));
    const standby = suite.run('b');
    await standby.line(/new leader elected leader=a/);
    standby.signal('SIGTERM');
    assert.equal(await standby.ended, 0);
    assert.equal(
      standby.lines.some((line) => line.startsWith('works')),
      false,
    );
  });

  it('ends by the signal that it got, also where the guard has not begun the command yet', async () => {
    const run = suite.run('a', [], ['sleep', '60']);
    await run.line(/starts the command/);
    run.signal('SIGTERM');
    assert.equal(await run.ended, 143);
    assert.equal(suite.lease?.holderIdentity, '');
  });

  it('goes on, and hands over, where nobody reads its log', async () => {
    const run = suite.run('a', [], ['sh', '-c', 'exit 7']);
    run.closeStderr();
    assert.equal(await run.ended, 7);
    assert.equal(suite.lease?.holderIdentity, '');
  });

  it('leaves nothing behind', async () => {
    const run = suite.run('a');
    const worker = await workerPid(run);
    const guard = guardOf(worker);
    run.signal('SIGTERM');
    await run.ended;
    assert.deepEqual([worker, guard].filter(runs), []);
  });
});
