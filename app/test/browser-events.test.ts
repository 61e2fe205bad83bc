import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, get } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createParser } from 'eventsource-parser';
import { BrowserEvents, namedEvent } from '../src/browser-events.ts';
import { FakeClock } from '../../base/testing/fake-clock.ts';
import { Queue } from './queue.ts';

describe('BrowserEvents', () => {
  let server: Server;
  let clock: FakeClock;
  let events: BrowserEvents;
  let message: string;
  let asked: number;
  let greeting: string;
  let changesInMs: number;
  let added: Queue<ServerResponse>;

  beforeEach(async () => {
    clock = new FakeClock();
    message = 'first';
    asked = 0;
    greeting = '';
    changesInMs = Infinity;
    const source = () => {
      asked += 1;
      return message;
    };
    events = new BrowserEvents(clock, {
      message: source,
      greeting: () => greeting,
      changesInMs: () => changesInMs,
    });
    added = new Queue();
    server = createServer((_request, response) => {
      events.add(response);
      added.put(response);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  async function connect(): Promise<IncomingMessage> {
    const request = get({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.on('error', () => {});
    return response;
  }

  function messagesOf(response: IncomingMessage): Queue<string> {
    const received = new Queue<string>();
    const parser = createParser({ onEvent: ({ data }) => received.put(data) });
    response.setEncoding('utf8').on('data', (text: string) => parser.feed(text));
    return received;
  }

  async function read(): Promise<Queue<string>> {
    return messagesOf(await connect());
  }

  it('sends the message at once, and when told to, to everybody', async () => {
    const [a, b] = [await read(), await read()];
    assert.equal(await a.take(), 'first');
    assert.equal(await b.take(), 'first');
    message = 'second';
    events.send();
    assert.equal(await a.takeUntil((each) => each !== 'first'), 'second');
    assert.equal(await b.takeUntil((each) => each !== 'first'), 'second');
  });

  it('sends a newcomer the message of this moment, and the others nothing on its account', async () => {
    const a = await read();
    assert.equal(await a.take(), 'first');
    message = 'second';
    const b = await read();
    assert.equal(await b.take(), 'second');
    message = 'third';
    events.send();
    assert.equal(await a.take(), 'third');
    assert.equal(await b.take(), 'third');
  });

  it('greets a newcomer before its first message, and everybody again once told to', async () => {
    greeting = namedEvent('greeting', 'hello');
    const received = await read();
    assert.equal(await received.take(), 'hello');
    assert.equal(await received.take(), 'first');
    greeting = namedEvent('greeting', 'hello again');
    events.send();
    events.send({ greetAgain: true });
    assert.equal(await received.take(), 'first');
    assert.equal(await received.take(), 'hello again');
  });

  it('asks for the message once for all', async () => {
    const readers = [await read(), await read(), await read()];
    for (const reader of readers) await reader.take();
    asked = 0;
    events.send();
    for (const reader of readers) await reader.take();
    assert.equal(asked, 1);
  });

  it('sends the message every second as a heartbeat', async () => {
    const received = await read();
    assert.equal(await received.take(), 'first');
    for (const beat of ['second', 'third']) {
      message = beat;
      await clock.advance(1000);
      assert.equal(await received.take(), beat);
    }
  });

  it('sends the message at the moment at which time changes it', async () => {
    changesInMs = 70;
    const received = await read();
    assert.equal(await received.take(), 'first');
    message = 'later';
    changesInMs = Infinity;
    await clock.advance(70);
    assert.equal(await received.take(), 'later');
  });

  it('stores nothing for a reader that does not keep up, and gives it the newest message once it does', async () => {
    const response = await connect();
    response.pause();
    const stream = await added.take();
    message = 'x'.repeat(50_000);
    let mostStored = 0;
    for (let count = 0; count < 1000; count += 1) {
      events.send();
      mostStored = Math.max(mostStored, stream.writableLength);
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.ok(stream.writableNeedDrain, 'the reader kept up, so this tested nothing');
    assert.ok(mostStored < 3 * message.length, `${mostStored} bytes were stored`);

    const received = messagesOf(response);
    response.resume();
    await once(stream, 'drain');
    message = 'newest';
    events.send();
    assert.equal(await received.takeUntil((each) => !each.startsWith('x') && each !== 'first'), 'newest');
  });

  it('cuts off a reader that has taken nothing for a minute, and no other', async () => {
    const response = await connect();
    response.pause();
    const stream = await added.take();
    message = 'x'.repeat(50_000);
    // What the system takes for it comes in several portions.
    for (let stuck = 0; stuck < 100; stuck = stream.writableNeedDrain ? stuck + 1 : 0) {
      events.send();
      await new Promise((resolve) => setImmediate(resolve));
    }
    message = 'first';
    const kept = await read();
    assert.equal(await kept.take(), 'first');
    const cutOff = once(stream, 'close');
    await clock.advance(59_999);
    assert.equal(stream.destroyed, false);
    await clock.advance(1);
    await cutOff;
    message = 'later';
    events.send();
    assert.equal(await kept.takeUntil((each) => each !== 'first'), 'later');
  });

  it('forgets a reader that went away, and sets no timer without readers', async () => {
    const response = await connect();
    const stream = await added.take();
    response.destroy();
    await once(stream, 'close');
    events.send();
    assert.equal(clock.timers, 0);
  });
});
