import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { noClaims, type Credentials } from '../../src/kubernetes/credentials.ts';
import type { JsonObject } from '../../../base/json.ts';
import { KubeClient, type WatchEvent } from '../../src/kubernetes/kube-client.ts';
import {
  ConflictError,
  ExpiredError,
  ForbiddenError,
  StatusError,
  ThrottledError,
  UnauthorizedError,
  NotFoundError,
} from '../../src/election/resource-lock.ts';
import {
  answer,
  FakeApiServer,
  hang,
  isWatch,
  loseAnswer,
  method,
  refuse,
  reset,
  type ExchangeFault,
} from './api-server.ts';

const collection = '/api/v1/namespaces/default/endpoints';
const path = `${collection}/example`;
const watchPath = `${collection}?watch=1&fieldSelector=metadata.name%3Dexample`;
const example: JsonObject = { apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'example' } };
const patient = 15_000;
const impatient = 150;
// Long enough for a request that is answered to be in time on a loaded machine.
const fair = 1500;

describe('the client of the API server', () => {
  let server: FakeApiServer;
  let client: KubeClient;
  let rejections: number;

  function clientWith(requestTimeoutMs: number, credentials: Partial<Credentials> = {}): KubeClient {
    client.close();
    client = new KubeClient({
      requestTimeoutMs,
      credentials: {
        server: server.url,
        namespace: null,
        claims: noClaims,
        authorize: () => Promise.resolve({ headers: { Authorization: 'Bearer secret-token' }, tls: {} }),
        rejected: () => (rejections += 1),
        ...credentials,
      },
    });
    return client;
  }

  beforeEach(async () => {
    rejections = 0;
    server = await FakeApiServer.start({ token: 'secret-token' });
    const credentials = { server: server.url } as Credentials;
    client = new KubeClient({ credentials, requestTimeoutMs: patient });
    clientWith(patient);
    server.objects.post(collection, example);
  });
  afterEach(async () => {
    client.close();
    await server.close();
  });

  const fault = (answering: ExchangeFault) => server.fault(() => true, answering);
  const get = () => client.request('GET', path);
  const failure = async (promise: Promise<unknown>): Promise<Error> => {
    const error: unknown = await promise.then(
      () => assert.fail('the request succeeded'),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof Error);
    assert.ok(!error.message.includes('\n'), error.message);
    assert.ok(!error.message.includes('secret-token'), error.message);
    return error;
  };
  const follow = async (signal = new AbortController().signal): Promise<WatchEvent[]> => {
    const events: WatchEvent[] = [];
    for await (const event of client.watch(watchPath, signal)) events.push(event);
    return events;
  };

  describe('makes requests that', () => {
    it('carry the credentials, the name and version of the program, and JSON', async () => {
      await client.request('PUT', path, { ...example, subsets: [{ note: 'zürich' }] });
      const { headers, body } = server.requests[0] ?? assert.fail('no request came');
      const { version } = JSON.parse(
        await readFile(new URL('../../package.json', import.meta.url), 'utf8'),
      ) as {
        version: string;
      };
      assert.equal(headers['user-agent'], `k8s-leader-elector/${version}`);
      assert.equal(headers.authorization, 'Bearer secret-token');
      assert.equal(headers['content-type'], 'application/json');
      assert.deepEqual(body?.['subsets'], [{ note: 'zürich' }]);
    });

    it('keep the path of a server URL', async () => {
      clientWith(patient, { server: `${server.url}/k8s/clusters/c1` });
      await failure(get());
      assert.equal(server.requests[0]?.path, `/k8s/clusters/c1${path}`);
    });

    it('share one connection', async () => {
      for (let i = 0; i < 3; i += 1) await get();
      assert.equal(server.connections, 1);
    });

    it('are made once, however they fail', async () => {
      for (const answering of [reset, refuse(500, 'InternalError'), refuse(429, 'TooManyRequests')]) {
        fault(answering);
        await failure(get());
      }
      assert.equal(server.requests.length, 3);
    });
  });

  describe('gives up a request that', () => {
    it('is not answered in time, and makes the next one on a fresh connection', async () => {
      clientWith(fair);
      await get();
      fault(hang);
      const { message } = await failure(get());
      assert.match(message, /^GET http:\/\/127.*\/endpoints\/example: no answer within 1500 ms$/);
      await get();
      assert.equal(server.connections, 2);
    });

    it('is answered in part', async () => {
      clientWith(impatient);
      fault(({ response }) => response.writeHead(200, { 'Content-Length': 100 }).write('{'));
      assert.match((await failure(get())).message, /no answer within 150 ms$/);
    });

    it('waits for credentials that do not come', async () => {
      clientWith(impatient, { authorize: () => new Promise(() => undefined) });
      assert.match((await failure(get())).message, /no answer within 150 ms$/);
      assert.equal(server.requests.length, 0);
    });

    it('has no credentials', async () => {
      clientWith(patient, { authorize: () => Promise.reject(new Error('token is gone')) });
      assert.match((await failure(get())).message, /^GET .*: token is gone$/);
    });

    it('loses its connection, although it may have been done', async () => {
      fault(loseAnswer);
      const { message } = await failure(client.request('PUT', path, { ...example, subsets: [] }));
      assert.match(message, /^PUT .*: .*(ECONNRESET|socket hang up)/);
      assert.deepEqual((await get())['subsets'], []);
    });

    it('finds no server', async () => {
      const stopped = await FakeApiServer.start();
      clientWith(patient, { server: stopped.url });
      await stopped.close();
      assert.match((await failure(get())).message, /^GET .*ECONNREFUSED/);
    });

    it('is answered with more than an object can be', async () => {
      fault(({ response }) => response.writeHead(200).end(`"${'x'.repeat(5_000_000)}"`));
      assert.match((await failure(get())).message, /longer than 4194304 bytes$/);
    });
  });

  it('drops the idle connections when one breaks: the others may be dead too', async () => {
    await Promise.all([get(), get()]);
    const before = server.connections;
    fault(({ response }) => {
      response.writeHead(200, { 'Content-Length': 100 }).write('{', () => response.socket?.resetAndDestroy());
    });
    await failure(get());
    await get();
    assert.equal(server.connections, before + 1);
  });

  describe('names', () => {
    const refusals: [string, ExchangeFault, new (...args: never[]) => Error, RegExp][] = [
      [
        'a conflict',
        refuse(409, 'AlreadyExists', 'it exists'),
        ConflictError,
        /: 409 AlreadyExists: it exists$/,
      ],
      [
        'what is forbidden',
        refuse(403, 'Forbidden', 'endpoints "example" is forbidden: User "u" cannot get'),
        ForbiddenError,
        /example: 403 Forbidden: endpoints "example" is forbidden: User "u" cannot get$/,
      ],
      [
        'what is not there',
        refuse(404, 'NotFound', 'not found'),
        NotFoundError,
        /: 404 NotFound: not found$/,
      ],
      ['what is too old', refuse(410, 'Expired', 'too old'), ExpiredError, /: 410 Expired: too old$/],
      [
        'a broken server',
        refuse(500, 'InternalError', 'etcd\nis away'),
        StatusError,
        /: 500 InternalError: etcd is away$/,
      ],
      ['a server that is not available', answer(503, ''), ThrottledError, /: 503 Service Unavailable$/],
      [
        'a proxy',
        answer(502, '<html>\n<b>Bad</b></html>'),
        StatusError,
        /: 502 Bad Gateway: <html> <b>Bad<\/b><\/html>$/,
      ],
      [
        'a redirect',
        answer(302, '', { Location: '/login' }),
        StatusError,
        /: 302 Found: redirects are not followed$/,
      ],
      ['an answer that is not JSON', answer(200, '<html>'), Error, /: the answer is no JSON object: <html>$/],
      ['an answer that is no object', answer(200, '[]'), Error, /: the answer is no JSON object: \[\]$/],
    ];
    for (const [what, answering, kind, message] of refusals) {
      it(what, async () => {
        fault(answering);
        const error = await failure(get());
        assert.equal(error.constructor, kind);
        assert.match(error.message, message);
      });
    }

    it('credentials that are not accepted, and asks for new ones', async () => {
      const authorize = () => Promise.resolve({ headers: { Authorization: 'Bearer old' }, tls: {} });
      clientWith(patient, { authorize });
      const error = await failure(get());
      assert.equal(error.constructor, UnauthorizedError);
      assert.match(error.message, /: 401 Unauthorized: Unauthorized$/);
      assert.equal(rejections, 1);
    });
  });

  describe('reads Retry-After', () => {
    const inOneHour = () => new Date(Date.now() + 3_600_000).toUTCString();
    const header = (text: string, code = 429) => answer(code, '', { 'Retry-After': text });
    const details = (retryAfterSeconds: unknown, headers: Record<string, string> = {}) =>
      answer(429, { ...example, details: { retryAfterSeconds } }, headers);
    const waits: [string, ExchangeFault, number][] = [
      ['seconds', header('2'), 2000],
      ['fractions of a second', header('0.25'), 250],
      ['with 503 too', header('2', 503), 2000],
      ['an HTTP date, up to a minute', header(inOneHour(), 503), 60_000],
      ['up to a minute', header('86400'), 60_000],
      ['up to a minute however many digits there are', header('9'.repeat(400)), 60_000],
      ['from the details of the Status', details(3), 3000],
      ['from the details where the header asks for nothing', details(3, { 'Retry-After': '0' }), 3000],
      ['from the details, up to a minute', details(1e99), 60_000],
      ['as a second where there is none', answer(429, ''), 1000],
      ['as a second where there is none with 503', answer(503, ''), 1000],
      ['as a second where it is a date gone by', header('Thu, 26 Mar 2020 16:49:32 GMT'), 1000],
      ['as a second where the details make no sense', details('Infinity'), 1000],
    ];
    for (const text of [
      '0',
      '-1',
      '-0.5',
      '1e3',
      'Infinity',
      'NaN',
      '0x10',
      'soon',
      'soon 2099',
      '2099-01-01',
      ',',
    ]) {
      waits.push([`as a second where it is ${text}`, header(text), 1000]);
    }
    for (const seconds of [0, -1, null]) {
      waits.push([`as a second where the details say ${seconds}`, details(seconds), 1000]);
    }
    for (const [what, answering, waitMs] of waits) {
      it(what, async () => {
        fault(answering);
        const error = await failure(get());
        assert.ok(error instanceof ThrottledError);
        assert.equal(error.retryAfterMs, waitMs);
      });
    }
  });

  describe('watches, and', () => {
    const event = (name: string) => ({ type: 'MODIFIED', object: { metadata: { name } } });

    it('gives what was written in pieces, and ends when the server ends it', async () => {
      const bytes = Buffer.from(
        ['zürich', '日本', '🗳️'].map((name) => `${JSON.stringify(event(name))}\n`).join(''),
      );
      server.fault(isWatch, ({ response }) => {
        response.writeHead(200);
        const write = (at: number): unknown =>
          at < bytes.length
            ? response.write(bytes.subarray(at, at + 7), () => write(at + 7))
            : response.end();
        write(0);
      });
      assert.deepEqual(await follow(), [event('zürich'), event('日本'), event('🗳️')]);
    });

    it('has a connection of its own, which the timeout does not end', async () => {
      clientWith(fair);
      const stop = new AbortController();
      const opened = server.nextRequest(isWatch);
      const events = follow(stop.signal);
      await opened;
      server.fault(method('GET'), hang);
      await failure(get());
      server.objects.put(path, { ...example, subsets: [] });
      server.objects.delete(path);
      server.endWatches();
      assert.deepEqual(
        (await events).map(({ type }) => type),
        ['ADDED', 'MODIFIED', 'DELETED'],
      );
      assert.equal(server.connections, 2);
    });

    it('stops at once when it is told to, without an error', async () => {
      const stop = new AbortController();
      for await (const { type } of client.watch(watchPath, stop.signal)) {
        assert.equal(type, 'ADDED');
        stop.abort();
        server.objects.put(path, { ...example, subsets: [] });
      }
    });

    it('gives nothing that lay unread when it was told to stop', async () => {
      server.fault(isWatch, answer(200, `${JSON.stringify(event('a'))}\n${JSON.stringify(event('b'))}\n`));
      const stop = new AbortController();
      const names: unknown[] = [];
      for await (const { object } of client.watch(watchPath, stop.signal)) {
        names.push(object['metadata']);
        stop.abort();
      }
      assert.deepEqual(names, [{ name: 'a' }]);
    });

    it('stops while it waits to be opened', async () => {
      server.fault(isWatch, hang);
      const stop = new AbortController();
      void server.nextRequest(isWatch).then(() => stop.abort());
      assert.deepEqual(await follow(stop.signal), []);
    });

    it('makes no request once it was told to stop', async () => {
      assert.deepEqual(await follow(AbortSignal.abort()), []);
      assert.equal(server.requests.length, 0);
    });

    it('closes its connection when nobody reads on', async () => {
      const opened = server.nextRequest(isWatch);
      for await (const { type } of client.watch(watchPath, new AbortController().signal)) {
        assert.equal(type, 'ADDED');
        break;
      }
      await opened;
      await server.watchesClosed();
      assert.equal(server.watches, 0);
    });

    it('gives up when it is not opened in time', async () => {
      clientWith(impatient);
      server.fault(isWatch, hang);
      assert.match((await failure(follow())).message, /\?watch=1.*: no answer within 150 ms$/);
    });

    it('says that the connection broke', async () => {
      void server.nextRequest(isWatch).then(() => server.endWatches(true));
      assert.match((await failure(follow())).message, /^GET .*watch=1.*(aborted|ECONNRESET)/);
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
        server.fault(isWatch, answering);
        assert.match((await failure(follow())).message, message);
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
        server.fault(isWatch, answer(200, `${JSON.stringify({ type: 'ERROR', object })}\n`));
        const error = await failure(follow());
        assert.equal(error.constructor, StatusError);
        assert.match(error.message, message);
      });
    }

    it('tells an error event that its resourceVersion is too old', async () => {
      const expired = { type: 'ERROR', object: { code: 410, reason: 'Expired', message: 'too old' } };
      server.fault(isWatch, answer(200, `${JSON.stringify(expired)}\n`));
      assert.ok((await failure(follow())) instanceof ExpiredError);
    });
  });
});
