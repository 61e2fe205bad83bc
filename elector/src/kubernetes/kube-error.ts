import { nodeHttp } from './node-http.ts';
import { isJsonObject } from '../../../base/json.ts';
import {
  ConflictError,
  ExpiredError,
  ForbiddenError,
  NotFoundError,
  StatusError,
  ThrottledError,
  UnauthorizedError,
} from '../election/resource-lock.ts';

/** What the server said instead of doing what was asked. */
export interface Refusal {
  /** Method and URL. */
  readonly request: string;
  /** The HTTP status, or the code of a Status object in a watch; 0 where that has none. */
  readonly code: number;
  /** The answer's body: a Status object, or whatever text a proxy in between sent. */
  readonly body: unknown;
  /** The header Retry-After. */
  readonly retryAfter?: string | undefined;
}

/** The error for a refusal, with a message of one line for an operator's log. */
export function refusalError(refusal: Refusal): Error {
  const message = describe(refusal);
  switch (refusal.code) {
    case 401:
      return new UnauthorizedError(message);
    case 403:
      return new ForbiddenError(message);
    case 404:
      return new NotFoundError(message);
    case 409:
      return new ConflictError(message);
    case 410:
      return new ExpiredError(message);
    case 429:
    case 503:
      return new ThrottledError(message, retryAfterMs(refusal));
    default:
      return new StatusError(message);
  }
}

/** The error for a request that got no usable answer. */
export function requestError(request: string, cause: unknown): Error {
  // A connection that failed on each of a name's addresses is an AggregateError, whose message is empty.
  const { message, code } =
    cause instanceof Error ? (cause as NodeJS.ErrnoException) : { message: String(cause) };
  return new Error(`${request}: ${oneLine(message || code || 'unknown error')}`, { cause });
}

function describe({ request, code, body }: Refusal): string {
  const status = isJsonObject(body) ? body : { message: body };
  const reason =
    typeof status['reason'] === 'string' && status['reason']
      ? status['reason']
      : nodeHttp().STATUS_CODES[code];
  const message = typeof status['message'] === 'string' ? status['message'] : '';
  const hint = code >= 300 && code < 400 ? 'redirects are not followed' : message;
  return oneLine(
    [request, `${code || ''} ${reason ?? ''}`.trim(), hint].filter((part) => part !== '').join(': '),
  );
}

const longestMessage = 600;

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > longestMessage ? `${line.slice(0, longestMessage)}…` : line;
}

// What a Kubernetes API server asks for where it says anything.
const usualRetryAfterMs = 1000;
// A wrong header must not silence a candidate for longer than this.
const longestRetryAfterMs = 60_000;

/** What the header or the Status object's details ask for; the usual where neither asks for a pause. */
function retryAfterMs({ retryAfter = '', body }: Refusal): number {
  const details = isJsonObject(body) && isJsonObject(body['details']) ? body['details'] : {};
  const wait = [headerMs(retryAfter.trim()), secondsMs(details['retryAfterSeconds'])].find((ms) => ms > 0);
  return wait === undefined ? usualRetryAfterMs : Math.min(wait, longestRetryAfterMs);
}

const httpDate = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;

/** Retry-After is a number of seconds or an HTTP date (RFC 9110, 10.2.3); NaN where it is neither. */
function headerMs(header: string): number {
  if (httpDate.test(header)) return Date.parse(header) - Date.now();
  return /^\d+(\.\d+)?$/.test(header) ? secondsMs(Number(header)) : NaN;
}

function secondsMs(seconds: unknown): number {
  return typeof seconds === 'number' ? seconds * 1000 : NaN;
}
