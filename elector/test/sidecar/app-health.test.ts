import assert from 'node:assert/strict';
import { AppHealth } from '../../src/sidecar/app-health.ts';
import { FaultyApp } from './faulty-app.ts';
import { PauseClock } from './pause-clock.ts';

/** The elector, as app health sees it, and what it was told. */
class FakeCandidate {
  leads = false;
  stands: boolean | null = null;
  readonly reasons: string[] = [];

  get hasRight() {
    return this.leads;
  }
  stand = () => (this.stands = true);
  standAside = (because: string) => {
    this.stands = false;
    this.leads = false;
    this.reasons.push(because);
  };
}

describe("The app's health", () => {
  let clock: PauseClock;
  let candidate: FakeCandidate;
  let app: FaultyApp;
  let health: AppHealth;
  let stopping: AbortController;
  let ended: Promise<void>;

  const run = () => {
    ended = health.run(candidate, stopping.signal);
  };

  beforeEach(async () => {
    clock = new PauseClock();
    candidate = new FakeCandidate();
    app = new FaultyApp();
    await app.start();
    health = new AppHealth(new URL(`http://127.0.0.1:${app.port}/healthz`), clock);
    stopping = new AbortController();
    ended = Promise.resolve();
  });

  afterEach(async () => {
    stopping.abort();
    await app.stop();
    await ended;
  });

  describe('of a candidate', () => {
    it('keeps it aside until the app has answered 2xx for the first time', async () => {
      await app.stop();
      run();
      assert.deepEqual(candidate.reasons, ['the app has not answered yet']);
      await clock.pause();
      assert.equal(candidate.stands, false);
      app.answer = 503;
      await app.start();
      await clock.nextCheck();
      assert.equal(candidate.stands, false);
      app.answer = 200;
      await clock.nextCheck();
      assert.equal(candidate.stands, true);
    });

    it('is asked often while the app starts, and once a second after that', async () => {
      await app.stop();
      run();
      assert.equal(await clock.pause(), 100);
      assert.equal(await clock.nextCheck(), 100);
      await app.start();
      assert.equal(await clock.nextCheck(), 1000);
      assert.equal(await clock.nextCheck(), 1000);
    });

    for (const healthy of [200, 204, 299]) {
      it(`is good where the app answers ${healthy}`, async () => {
        app.answer = healthy;
        run();
        await clock.pause();
        assert.equal(candidate.stands, true);
      });
    }

    for (const unhealthy of [302, 404, 500, 'reset', 'switch'] as const) {
      it(`is bad after one failure: ${unhealthy}`, async () => {
        run();
        await clock.pause();
        app.answer = unhealthy;
        await clock.nextCheck();
        assert.equal(candidate.stands, false);
        assert.equal(candidate.reasons.at(-1), 'app failing');
        app.answer = 200;
        await clock.nextCheck();
        assert.equal(candidate.stands, true);
      });
    }

    it('is bad where the app accepts and never answers', async () => {
      run();
      await clock.pause();
      app.answer = 'nothing';
      await clock.nextCheck();
      assert.equal(candidate.stands, false);
      assert.equal(candidate.reasons.at(-1), 'app failing');
    });

    it('is bad where nothing listens on any address of its name', async () => {
      health = new AppHealth(new URL(`http://localhost:${app.port}/healthz`), clock);
      run();
      await clock.pause();
      assert.equal(candidate.stands, true);
      await app.stop();
      await clock.nextCheck();
      assert.equal(candidate.reasons.at(-1), "app's port refuses");
    });
  });

  describe('of a leader', () => {
    beforeEach(async () => {
      run();
      await clock.pause();
      candidate.leads = true;
    });

    it('ends the term at the third failure in a row', async () => {
      app.answer = 500;
      await clock.nextCheck();
      await clock.nextCheck();
      assert.equal(candidate.leads, true);
      await clock.nextCheck();
      assert.equal(candidate.leads, false);
      assert.equal(candidate.reasons.at(-1), 'app failing');
    });

    it('counts anew after a success', async () => {
      for (const answer of [500, 500, 200, 500, 500, 200]) {
        app.answer = answer;
        await clock.nextCheck();
        assert.equal(candidate.leads, true);
      }
    });

    it('lets it stand again once the app is well again', async () => {
      app.answer = 500;
      for (let check = 1; check <= 4; check += 1) await clock.nextCheck();
      assert.equal(candidate.stands, false);
      app.answer = 200;
      await clock.nextCheck();
      assert.equal(candidate.stands, true);
    });
  });

  describe('and whether the app has ended', () => {
    beforeEach(async () => {
      run();
      await clock.pause();
      candidate.leads = true;
    });

    it('no, when its port refuses and it never opened a stream: it may work on, as servers do that are told to stop', async () => {
      await app.stop();
      for (let check = 1; check <= 5; check += 1) await clock.nextCheck();
      assert.equal(health.hasAppEnded, false);
      assert.equal(candidate.reasons.at(-1), "app's port refuses");
    });

    it('no, while it answers, though it closed its stream', async () => {
      health.streamOpened();
      health.streamClosed();
      await clock.nextCheck();
      assert.equal(health.hasAppEnded, false);
      assert.equal(candidate.leads, true);
    });

    for (const answer of [500, 'nothing', 'switch'] as const) {
      it(`no, where it answers badly or not at all: ${answer}; nor by a refusal after that, which says nothing of its stream`, async () => {
        health.streamOpened();
        app.answer = answer;
        health.streamClosed();
        await clock.nextCheck();
        assert.equal(health.hasAppEnded, false);
        await app.stop();
        await clock.nextCheck();
        assert.equal(health.hasAppEnded, false);
      });
    }

    it('not yet, when it hangs up on a check: the system does so for a process that ends, a moment before its port refuses', async () => {
      health.streamOpened();
      app.answer = 'reset';
      health.streamClosed();
      assert.equal(await clock.pause(), 10);
      assert.equal(health.hasAppEnded, false);
      await app.stop();
      await clock.nextCheck();
      assert.equal(health.hasAppEnded, true);
    });

    it('no, when somebody was told since its stream closed that this candidate leads: another process of it, perhaps', async () => {
      health.streamOpened();
      await app.stop();
      health.streamClosed();
      health.granted();
      await clock.pause();
      assert.equal(health.hasAppEnded, false);
    });

    it('no, while its stream is open, though its port refuses', async () => {
      health.streamOpened();
      await app.stop();
      for (let check = 1; check <= 3; check += 1) await clock.nextCheck();
      assert.equal(candidate.leads, false);
      assert.equal(health.hasAppEnded, false);
    });

    it('yes, once its stream has closed and its port refuses: a leader stands aside at once', async () => {
      health.streamOpened();
      await app.stop();
      health.streamClosed();
      await clock.pause();
      assert.equal(health.hasAppEnded, true);
      assert.equal(candidate.leads, false);
      assert.equal(candidate.reasons.at(-1), 'app ended');
    });

    it('is asked for at once when the last stream closes, and often for a second', async () => {
      health.streamOpened();
      health.streamOpened();
      health.streamClosed();
      assert.equal(await clock.pause(), 1000);
      health.streamClosed();
      let passed = 0;
      for (let pause = await clock.pause(); pause === 100; pause = await clock.nextCheck()) passed += pause;
      assert.equal(passed, 1000);
    });

    it('no longer, once it is back', async () => {
      health.streamOpened();
      await app.stop();
      health.streamClosed();
      await clock.pause();
      assert.deepEqual([health.hasAppEnded, candidate.stands], [true, false]);
      await app.start();
      await clock.nextCheck();
      assert.deepEqual([health.hasAppEnded, candidate.stands], [false, true]);
    });
  });

  it('is no longer asked for after the stop, which waits for no check', async () => {
    run();
    await clock.pause();
    stopping.abort();
    await ended;
  });
});
