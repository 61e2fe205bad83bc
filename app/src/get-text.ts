import { get, type RequestOptions } from 'node:http';
import type { LookupFunction } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Clock } from '../../base/clock.ts';

export interface GetOptions {
  /** It is given up after this long, whatever has come by then. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** How names are looked up; left out: as Node.js does. */
  readonly lookup?: LookupFunction;
}

const longestBytes = 64 * 1024;

/** Asks on a connection of its own. Resolves with the body of an answer 200; rejects in every other case, and for more than 64 KiB. */
export async function getText(url: URL, { timeoutMs, clock, signal, lookup }: GetOptions): Promise<string> {
  const timeout = new AbortController();
  const cancel = clock.after(timeoutMs, () => timeout.abort(new Error(`no answer within ${timeoutMs} ms`)));
  try {
    const either = AbortSignal.any([timeout.signal, signal]);
    return await read(url, { signal: either, ...(lookup && { lookup }) });
  } catch (error) {
    throw timeout.signal.aborted ? timeout.signal.reason : error;
  } finally {
    cancel();
  }
}

function read(url: URL, options: Pick<RequestOptions, 'signal' | 'lookup'>): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false, ...options });
    request.on('error', reject);
    const onClose = () => reject(new Error(`GET ${url.href} was not answered`));
    // The only event after some answers, such as one that switches protocols.
    request.on('close', onClose);
    request.on('response', (response) => {
      request.off('close', onClose);
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > longestBytes) request.destroy(new Error(`GET ${url.href} answered too much`));
      });
      if (response.statusCode === 200) text(response).then(resolve, reject);
      else request.destroy(new Error(`GET ${url.href} answered ${response.statusCode ?? 0}`));
    });
  });
}
