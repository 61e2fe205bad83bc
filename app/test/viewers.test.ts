import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { BrowserEvents, maxReaders } from '../src/browser-events.ts';
import { createApp } from '../src/routes.ts';
import { FakeClock } from '../../base/testing/fake-clock.ts';
import { pageMessage } from './page-message.ts';

const ask = 'GET /events HTTP/1.1\r\nHost: pod-a\r\n\r\n';

describe('Many viewers at once', () => {
  let server: Server;
  let clock: FakeClock;
  let closed: Promise<unknown>[];

  beforeEach(async () => {
    clock = new FakeClock();
    closed = [];
    const message = pageMessage();
    const browserEvents = new BrowserEvents(clock, {
      message: () => JSON.stringify(message),
      greeting: () => '',
      changesInMs: () => Infinity,
    });
    const state = () => ({ message, handovers: null });
    server = createApp({ state, pods: () => [], browserEvents }).listen(0, '127.0.0.1');
    server.on('connection', (socket) => closed.push(new Promise((resolve) => socket.once('close', resolve))));
    await once(server, 'listening');
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const port = () => (server.address() as AddressInfo).port;

  /** Sends these bytes on a connection of their own; resolves once the answer has begun, or the connection is closed. */
  async function send(bytes: string): Promise<{ socket: Socket; answer: string }> {
    const socket = connect(port(), '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('error', () => socket.destroy());
    socket.write(bytes);
    await new Promise((resolve) => socket.once('data', resolve).once('close', resolve));
    return { socket, answer };
  }

  /** A timer is set as long as there is a reader. */
  async function hasReaders(): Promise<boolean> {
    await clock.advance(1000);
    return clock.timers > 0;
  }

  for (const [what, requests] of [
    ['the same', ask.repeat(60)],
    ['the page', ask + 'GET / HTTP/1.1\r\nHost: pod-a\r\n\r\n'.repeat(60)],
    ['the page first, and then the same', 'GET / HTTP/1.1\r\nHost: pod-a\r\n\r\n' + ask.repeat(60)],
  ] as const) {
    it(`leave nothing behind when each asked for ${what} behind its stream, and all have gone`, async () => {
      const viewers = await Promise.all(Array.from({ length: 200 }, () => send(requests)));
      for (const { socket } of viewers) socket.destroy();
      await Promise.all(closed);
      assert.equal(closed.length, 200);
      assert.equal(await hasReaders(), false);
    });
  }

  it('are cut off when they ask for something else on the connection of their stream', async () => {
    const { socket, answer } = await send(ask);
    assert.match(answer, /^HTTP\/1\.1 200 /);
    socket.write('GET / HTTP/1.1\r\nHost: pod-a\r\n\r\n');
    await once(socket, 'close');
    await Promise.all(closed);
    assert.equal(await hasReaders(), false);
  });

  it('are refused beyond 2000, until one of these has gone', async () => {
    const viewers: Socket[] = [];
    while (viewers.length < maxReaders) {
      const batch = await Promise.all(Array.from({ length: 100 }, () => send(ask)));
      for (const { socket, answer } of batch) {
        assert.match(answer, /^HTTP\/1\.1 200 /);
        viewers.push(socket);
      }
    }
    const url = `http://127.0.0.1:${port()}`;
    const refused = await fetch(`${url}/events`);
    assert.equal(refused.status, 503);
    assert.equal(refused.headers.get('retry-after'), '5');
    assert.equal(await refused.text(), '2000 pages are open here, and more there may not be\n');
    assert.equal((await fetch(url)).status, 200);
    viewers[0]?.destroy();
    await Promise.race(closed);
    assert.match((await send(ask)).answer, /^HTTP\/1\.1 200 /);
    for (const socket of viewers) socket.destroy();
  });
});
