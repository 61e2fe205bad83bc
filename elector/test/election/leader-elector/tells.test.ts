import assert from 'node:assert/strict';
import { renewDeadline, start } from '../candidate.ts';
import { newElection } from '../test-election.ts';

describe('LeaderElector tells', () => {
  let { store, clock, holder } = newElection();
  beforeEach(() => ({ store, clock, holder } = newElection()));

  it('onNewLeader each leader, itself included, once', async () => {
    store.setRecord({ holderIdentity: 'other', leaseDurationSeconds: 10 });
    const a = await start(store, clock, 'a');
    await clock.advance(30_000);
    assert.deepEqual(a.leaders, ['other', 'a']);
  });

  it('onStartedLeading by a signal that the term has ended, and onStoppedLeading', async () => {
    const told: string[] = [];
    const a = await start(store, clock, 'a', {
      onStartedLeading: (signal) => {
        told.push('started');
        signal.addEventListener('abort', () => told.push('aborted'));
      },
      onStoppedLeading: () => told.push('stopped'),
    });
    await clock.advance(0);
    a.lock.fault = () => ({ error: new Error('connect ECONNREFUSED') });
    await clock.advance(renewDeadline);
    assert.deepEqual(told, ['started', 'aborted', 'stopped']);
  });

  it('run() what onStartedLeading threw, after the lock was released', async () => {
    const a = await start(store, clock, 'a', {
      onStartedLeading: () => Promise.reject(new Error('no disk left')),
    });
    await clock.advance(0);
    await assert.rejects(a.ended, { message: 'no disk left' });
    assert.equal(holder(), '');
  });
});
