import assert from 'node:assert/strict';
import {
  ConflictError,
  ExpiredError,
  ForbiddenError,
  StatusError,
  ThrottledError,
  UnauthorizedError,
  NotFoundError,
} from '../../../src/election/resource-lock.ts';
import { answer, refuse, type ExchangeFault } from '../api-server.ts';
import { ClientAndServer, exampleObject, failureOf, patient } from './client-and-server.ts';

describe('the client of the API server', () => {
  let api: ClientAndServer;
  beforeEach(async () => (api = await ClientAndServer.start()));
  afterEach(() => api.end());

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
        api.fault(answering);
        const error = await failureOf(api.get());
        assert.equal(error.constructor, kind);
        assert.match(error.message, message);
      });
    }

    it('credentials that are not accepted, and asks for new ones', async () => {
      const authorize = () => Promise.resolve({ headers: { Authorization: 'Bearer old' }, tls: {} });
      api.clientWith(patient, { authorize });
      const error = await failureOf(api.get());
      assert.equal(error.constructor, UnauthorizedError);
      assert.match(error.message, /: 401 Unauthorized: Unauthorized$/);
      assert.equal(api.rejections, 1);
    });
  });

  describe('reads Retry-After', () => {
    const inOneHour = () => new Date(Date.now() + 3_600_000).toUTCString();
    const header = (text: string, code = 429) => answer(code, '', { 'Retry-After': text });
    const details = (retryAfterSeconds: unknown, headers: Record<string, string> = {}) =>
      answer(429, { ...exampleObject, details: { retryAfterSeconds } }, headers);
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
        api.fault(answering);
        const error = await failureOf(api.get());
        assert.ok(error instanceof ThrottledError);
        assert.equal(error.retryAfterMs, waitMs);
      });
    }
  });
});
