import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppHealth } from '../../src/sidecar/app-health.ts';
import type { Clock } from '../../../base/clock.ts';

/** A clock on which nothing but the pauses between two checks passes, each when the test says so. */
class PauseClock implements Clock {
  #now = 5_000;
  #pause: { readonly delayMs: number; readonly callback: () => void } | null = null;
  #onPause: () => void = () => {};

  monotonic = () => this.#now;
  wall = () => this.#now;

  after(delayMs: number, callback: () => void): () => void {
    this.#pause = { delayMs, callback };
    this.#onPause();
    return () => (this.#pause = null);
  }

  /** Resolves once a check is over, with the milliseconds to the next. */
  async pause(): Promise<number> {
    if (this.#pause === null) await new Promise<void>((resolve) => (this.#onPause = resolve));
    return this.#pause?.delayMs ?? NaN;
  }

  /** Lets the pause pass and the next check be made; resolves with the milliseconds to the one after it. */
  async nextCheck(): Promise<number> {
    this.#now += await this.pause();
    this.#pause?.callback();
    return this.pause();
  }
}

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
  /** How the app answers. */
  let statusCode: number | 'nothing' | 'reset' | 'switch';
  let app: Server;
  let port: number;
  let health: AppHealth;
  let stopping: AbortController;
  let ended: Promise<void>;

  const startApp = async (port: number) => {
    app = createServer((_request, response) => {
      if (statusCode === 'reset') response.socket?.resetAndDestroy();
      else if (statusCode === 'switch')
        response.socket?.write(
          'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n',
        );
      else if (statusCode !== 'nothing') response.writeHead(statusCode, { Location: '/' }).end('an answer\n');
    });
    app.listen(port, '127.0.0.1');
    await once(app, 'listening');
  };

  const stopApp = async () => {
    if (!app.listening) return;
    app.close();
    app.closeAllConnections();
    await once(app, 'close');
  };

  const run = () => {
    ended = health.run(candidate, stopping.signal);
  };

  beforeEach(async () => {
    clock = new PauseClock();
    candidate = new FakeCandidate();
    statusCode = 200;
    await startApp(0);
    ({ port } = app.address() as AddressInfo);
    health = new AppHealth(new URL(`http://127.0.0.1:${port}/healthz`), clock);
    stopping = new AbortController();
    ended = Promise.resolve();
  });

  afterEach(async () => {
    stopping.abort();
    await stopApp();
    await ended;
  });

  describe('of a candidate', () => {
    it('keeps it aside until the app has answered 2xx for the first time', async () => {
      await stopApp();
      run();
      assert.deepEqual(candidate.reasons, ['the app has not answered yet']);
      await clock.pause();
      assert.equal(candidate.stands, false);
      statusCode = 503;
      await startApp(port);
      await clock.nextCheck();
      assert.equal(candidate.stands, false);
      statusCode = 200;
      await clock.nextCheck();
      assert.equal(candidate.stands, true);
    });

    it('is asked often while the app starts, and once a second after that', async () => {
      await stopApp();
      run();
      assert.equal(await clock.pause(), 100);
      assert.equal(await clock.nextCheck(), 100);
      await startApp(port);
      assert.equal(await clock.nextCheck(), 1000);
      assert.equal(await clock.nextCheck(), 1000);
    });

    for (const healthy of [200, 204, 299]) {
      it(`is good where the app answers ${healthy}`, async () => {
        statusCode = healthy;
        run();
        await clock.pause();
        assert.equal(candidate.stands, true);
      });
    }

    for (const unhealthy of [302, 404, 500, 'reset', 'switch'] as const) {
      it(`is bad after one failure: ${unhealthy}`, async () => {
        run();
        await clock.pause();
        statusCode = unhealthy;
        await clock.nextCheck();
        assert.equal(candidate.stands, false);
        assert.equal(candidate.reasons.at(-1), 'the app is unhealthy');
        statusCode = 200;
        await clock.nextCheck();
        assert.equal(candidate.stands, true);
      });
    }

    it('is bad where the app accepts and never answers', async () => {
      run();
      await clock.pause();
      statusCode = 'nothing';
      await clock.nextCheck();
      assert.equal(candidate.stands, false);
      assert.equal(candidate.reasons.at(-1), 'the app is unhealthy');
    });

    it('is bad where nothing listens on any address of its name', async () => {
      health = new AppHealth(new URL(`http://localhost:${port}/healthz`), clock);
      run();
      await clock.pause();
      assert.equal(candidate.stands, true);
      await stopApp();
      await clock.nextCheck();
      assert.equal(candidate.reasons.at(-1), "the app's port refuses");
    });
  });

  describe('of a leader', () => {
    beforeEach(async () => {
      run();
      await clock.pause();
      candidate.leads = true;
    });

    it('ends the term at the third failure in a row', async () => {
      statusCode = 500;
      await clock.nextCheck();
      await clock.nextCheck();
      assert.equal(candidate.leads, true);
      await clock.nextCheck();
      assert.equal(candidate.leads, false);
      assert.equal(candidate.reasons.at(-1), 'the app is unhealthy');
    });

    it('counts anew after a success', async () => {
      for (const answer of [500, 500, 200, 500, 500, 200]) {
        statusCode = answer;
        await clock.nextCheck();
        assert.equal(candidate.leads, true);
      }
    });

    it('lets it stand again once the app is well again', async () => {
      statusCode = 500;
      for (let check = 1; check <= 4; check += 1) await clock.nextCheck();
      assert.equal(candidate.stands, false);
      statusCode = 200;
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
      await stopApp();
      for (let check = 1; check <= 5; check += 1) await clock.nextCheck();
      assert.equal(health.hasAppEnded, false);
      assert.equal(candidate.reasons.at(-1), "the app's port refuses");
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
        statusCode = answer;
        health.streamClosed();
        await clock.nextCheck();
        assert.equal(health.hasAppEnded, false);
        await stopApp();
        await clock.nextCheck();
        assert.equal(health.hasAppEnded, false);
      });
    }

    it('not yet, when it hangs up on a check: the system does so for a process that ends, a moment before its port refuses', async () => {
      health.streamOpened();
      statusCode = 'reset';
      health.streamClosed();
      assert.equal(await clock.pause(), 10);
      assert.equal(health.hasAppEnded, false);
      await stopApp();
      await clock.nextCheck();
      assert.equal(health.hasAppEnded, true);
    });

    it('no, when somebody was told since its stream closed that this candidate leads: another process of it, perhaps', async () => {
      health.streamOpened();
      await stopApp();
      health.streamClosed();
      health.granted();
      await clock.pause();
      assert.equal(health.hasAppEnded, false);
    });

    it('no, while its stream is open, though its port refuses', async () => {
      health.streamOpened();
      await stopApp();
      for (let check = 1; check <= 3; check += 1) await clock.nextCheck();
      assert.equal(candidate.leads, false);
      assert.equal(health.hasAppEnded, false);
    });

    it('yes, once its stream has closed and its port refuses: a leader stands aside at once', async () => {
      health.streamOpened();
      await stopApp();
      health.streamClosed();
      await clock.pause();
      assert.equal(health.hasAppEnded, true);
      assert.equal(candidate.leads, false);
      assert.equal(candidate.reasons.at(-1), 'the app has ended');
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
      await stopApp();
      health.streamClosed();
      await clock.pause();
      assert.deepEqual([health.hasAppEnded, candidate.stands], [true, false]);
      await startApp(port);
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
