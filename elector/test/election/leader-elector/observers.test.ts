import assert from 'node:assert/strict';
import { lease, renewDeadline, renewPeriod, start } from '../candidate.ts';
import { newElection } from '../test-election.ts';

describe('LeaderElector does not depend on those who watch it', () => {
  let { store, clock, holder } = newElection();
  beforeEach(() => ({ store, clock, holder } = newElection()));

  const broken = () => {
    throw new Error('observer');
  };
  const rejecting = (): unknown => Promise.reject(new Error('observer'));

  for (const [how, observer] of [
    ['throw', broken],
    ['reject', rejecting],
  ] as const) {
    it(`which ${how}: it leads, renews, hands over and ends, and tells its log`, async () => {
      const told: string[] = [];
      const a = await start(store, clock, 'a', {
        onNewLeader: observer,
        onStoppedLeading: observer,
        hasAppEnded: broken,
        log: {
          info() {},
          warn() {},
          error: (message, fields) => told.push(`${message}: ${String(fields?.['error'])}`),
        },
      });
      for (const event of ['change', 'write', 'resign'] as const) a.elector.on(event, observer);
      await clock.advance(10 * renewPeriod);
      assert.ok(a.elector.isLeader());
      await a.elector.resign();
      await clock.advance(lease + renewPeriod);
      assert.ok(a.elector.isLeader());
      a.stop();
      await clock.advance(renewDeadline);
      await a.ended;
      assert.equal(holder(), '');
      for (const name of [
        'onNewLeader',
        'onStoppedLeading',
        'hasAppEnded',
        'a listener of "change"',
        'a listener of "write"',
        'a listener of "resign"',
      ])
        assert.ok(told.includes(`${name} failed: observer`), name);
    });
  }

  it('nor on its log', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => warnings.push(warning);
    process.on('warning', onWarning);
    try {
      const a = await start(store, clock, 'a', { log: { info: broken, warn: broken, error: broken } });
      await clock.advance(10 * renewPeriod);
      assert.ok(a.elector.isLeader());
      a.stop();
      await clock.advance(renewDeadline);
      await a.ended;
      assert.ok(
        warnings.some(({ message }) =>
          /^the log failed with observer at: successfully acquired lease$/.test(message),
        ),
      );
    } finally {
      process.off('warning', onWarning);
    }
  });

  it('and listens once to who listens once', async () => {
    let times = 0;
    const a = await start(store, clock, 'a');
    a.elector.once('write', () => (times += 1));
    await clock.advance(4 * renewPeriod);
    assert.equal(times, 1);
  });
});
