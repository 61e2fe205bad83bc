import assert from 'node:assert/strict';
import { AppLife, type AppAnswer } from '../../src/sidecar/app-life.ts';

describe('Whether an app has ended', () => {
  let life: AppLife;
  const check = (answer: AppAnswer) => life.beginCheck()(answer);

  beforeEach(() => (life = new AppLife()));

  it('is not known of one that never opened a stream, however often its port refuses', () => {
    for (let checks = 0; checks < 5; checks += 1) check('refused');
    assert.equal(life.hasEnded, false);
  });

  it('is seen: its stream has closed, and its port refuses', () => {
    life.streamOpened();
    life.streamClosed();
    assert.deepEqual([life.mayHaveEnded, life.hasEnded], [true, false]);
    check('refused');
    assert.deepEqual([life.mayHaveEnded, life.hasEnded], [false, true]);
  });

  it('is not concluded from a closed stream alone', () => {
    life.streamOpened();
    life.streamClosed();
    assert.equal(life.hasEnded, false);
  });

  it('is seen by checks that began after the close alone', () => {
    life.streamOpened();
    const answered = life.beginCheck();
    life.streamClosed();
    answered('refused');
    assert.equal(life.hasEnded, false);
    check('refused');
    assert.equal(life.hasEnded, true);
  });

  for (const answer of ['healthy', 'unhealthy'] as const) {
    it(`is not seen any more once its port was ${answer} after the close: that is another life, whose streams are not known`, () => {
      life.streamOpened();
      life.streamClosed();
      check(answer);
      check('refused');
      assert.equal(life.hasEnded, false);
    });

    it(`and is undone by that: ${answer}`, () => {
      life.streamOpened();
      life.streamClosed();
      check('refused');
      check(answer);
      assert.equal(life.hasEnded, false);
    });
  }

  it('is not told by a check that was hung up on, either way', () => {
    life.streamOpened();
    life.streamClosed();
    check('hung up');
    assert.deepEqual([life.mayHaveEnded, life.hasEnded], [true, false]);
    check('refused');
    assert.equal(life.hasEnded, true);
  });

  it('is not seen once somebody was granted something after the close: that may be another process, whose stream is yet to open', () => {
    life.streamOpened();
    life.streamClosed();
    const answered = life.beginCheck();
    life.granted();
    answered('refused');
    check('refused');
    assert.equal(life.hasEnded, false);
  });

  it('is undone by a new stream', () => {
    life.streamOpened();
    life.streamClosed();
    check('refused');
    life.streamOpened();
    assert.equal(life.hasEnded, false);
    check('refused');
    assert.equal(life.hasEnded, false);
  });

  it('needs all of its streams to close: two processes of one app', () => {
    life.streamOpened();
    life.streamOpened();
    life.streamClosed();
    check('refused');
    assert.equal(life.hasEnded, false);
    life.streamClosed();
    check('refused');
    assert.equal(life.hasEnded, true);
  });

  it('is never seen again once a stream of its own was ended by the elector: whoever had that may live on', () => {
    life.streamOpened();
    life.streamOpened();
    life.streamLost();
    life.streamClosed();
    check('refused');
    assert.equal(life.hasEnded, false);
    life.streamOpened();
    life.streamClosed();
    check('refused');
    assert.equal(life.hasEnded, false);
  });

  it('is not seen by a check that a stream of a newer process has overtaken', () => {
    life.streamOpened();
    life.streamClosed();
    const answered = life.beginCheck();
    life.streamOpened();
    life.streamClosed();
    answered('refused');
    assert.equal(life.hasEnded, false);
  });
});
