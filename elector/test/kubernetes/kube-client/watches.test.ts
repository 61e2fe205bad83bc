import assert from 'node:assert/strict';
import { ExpiredError, StatusError } from '../../../src/election/resource-lock.ts';
import { answer, hang, isWatch, method, refuse, type ExchangeFault } from '../api-server.ts';
import {
  ClientAndServer,
  exampleObject,
  examplePath,
  exampleWatchPath,
  failureOf,
  fair,
  impatient,
} from './client-and-server.ts';

describe('the client of the API server watches, and', () => {
  let api: ClientAndServer;
  beforeEach(async () => (api = await ClientAndServer.start()));
  afterEach(() => api.end());

  const event = (name: string) => ({ type: 'MODIFIED', object: { metadata: { name } } });

  it('gives what was written in pieces, and ends when the server ends it', async () => {
    const bytes = Buffer.from(
      ['zürich', '日本', '🗳️'].map((name) => `${JSON.stringify(event(name))}\n`).join(''),
    );
    api.server.fault(isWatch, ({ response }) => {
      response.writeHead(200);
      const write = (at: number): unknown =>
        at < bytes.length ? response.write(bytes.subarray(at, at + 7), () => write(at + 7)) : response.end();
      write(0);
    });
    assert.deepEqual(await api.follow(), [event('zürich'), event('日本'), event('🗳️')]);
  });

  it('has a connection of its own, which the timeout does not end', async () => {
    api.clientWith(fair);
    const stop = new AbortController();
    const opened = api.server.nextRequest(isWatch);
    const events = api.follow(stop.signal);
    await opened;
    api.server.fault(method('GET'), hang);
    await failureOf(api.get());
    api.server.objects.put(examplePath, { ...exampleObject, subsets: [] });
    api.server.objects.delete(examplePath);
    api.server.endWatches();
    assert.deepEqual(
      (await events).map(({ type }) => type),
      ['ADDED', 'MODIFIED', 'DELETED'],
    );
    assert.equal(api.server.connections, 2);
  });

  it('stops at once when it is told to, without an error', async () => {
    const stop = new AbortController();
    for await (const { type } of api.client.watch(exampleWatchPath, stop.signal)) {
      assert.equal(type, 'ADDED');
      stop.abort();
      api.server.objects.put(examplePath, { ...exampleObject, subsets: [] });
    }
  });

  it('gives nothing that lay unread when it was told to stop', async () => {
    api.server.fault(isWatch, answer(200, `${JSON.stringify(event('a'))}\n${JSON.stringify(event('b'))}\n`));
    const stop = new AbortController();
    const names: unknown[] = [];
    for await (const { object } of api.client.watch(exampleWatchPath, stop.signal)) {
      names.push(object['metadata']);
      stop.abort();
    }
    assert.deepEqual(names, [{ name: 'a' }]);
  });

  it('stops while it waits to be opened', async () => {
    api.server.fault(isWatch, hang);
    const stop = new AbortController();
    void api.server.nextRequest(isWatch).then(() => stop.abort());
    assert.deepEqual(await api.follow(stop.signal), []);
  });

  it('makes no request once it was told to stop', async () => {
    assert.deepEqual(await api.follow(AbortSignal.abort()), []);
    assert.equal(api.server.requests.length, 0);
  });

  it('closes its connection when nobody reads on', async () => {
    const opened = api.server.nextRequest(isWatch);
    for await (const { type } of api.client.watch(exampleWatchPath, new AbortController().signal)) {
      assert.equal(type, 'ADDED');
      break;
    }
    await opened;
    await api.server.watchesClosed();
    assert.equal(api.server.watches, 0);
  });

  it('gives up when it is not opened in time', async () => {
    api.clientWith(impatient);
    api.server.fault(isWatch, hang);
    assert.match((await failureOf(api.follow())).message, /\?watch=1.*: no answer within 150 ms$/);
  });

  it('says that the connection broke', async () => {
    void api.server.nextRequest(isWatch).then(() => api.server.endWatches(true));
    assert.match((await failureOf(api.follow())).message, /^GET .*watch=1.*(aborted|ECONNRESET)/);
  });

  const broken: [string, ExchangeFault, RegExp][] = [
    ['an event that is not JSON', answer(200, '{oops\n'), /: not JSON: \{oops$/],
    [
      'an event that is none',
      answer(200, '{"type":"MODIFIED"}\n'),
      /: not a watch event: \{"type":"MODIFIED"\}$/,
    ],
    [
      'an event of a type it does not know',
      answer(200, '{"type":"X","object":{}}\n'),
      /: not a watch event: .*"X"/,
    ],
    ['an event that is cut off', answer(200, '{"type":'), /: the stream ended within \{"type":$/],
    ['a refusal', refuse(403, 'Forbidden', 'no'), /: 403 Forbidden: no$/],
    [
      'an error event',
      answer(200, '{"type":"ERROR","object":{"code":500,"reason":"InternalError","message":"m"}}\n'),
      /: 500 InternalError: m$/,
    ],
  ];
  for (const [what, answering, message] of broken) {
    it(`names ${what}`, async () => {
      api.server.fault(isWatch, answering);
      assert.match((await failureOf(api.follow())).message, message);
    });
  }

  for (const [what, object, message] of [
    [
      'its resourceVersion is too large',
      { code: 504, reason: 'Timeout', message: 'Too large resource version' },
      /: 504 Timeout: Too large resource version$/,
    ],
    ['something is wrong, without a code', { message: 'something' }, /watch=1\S*: something$/],
  ] as const) {
    it(`tells an error event that ${what} from a broken connection`, async () => {
      api.server.fault(isWatch, answer(200, `${JSON.stringify({ type: 'ERROR', object })}\n`));
      const error = await failureOf(api.follow());
      assert.equal(error.constructor, StatusError);
      assert.match(error.message, message);
    });
  }

  it('tells an error event that its resourceVersion is too old', async () => {
    const expired = { type: 'ERROR', object: { code: 410, reason: 'Expired', message: 'too old' } };
    api.server.fault(isWatch, answer(200, `${JSON.stringify(expired)}\n`));
    assert.ok((await failureOf(api.follow())) instanceof ExpiredError);
  });
});
