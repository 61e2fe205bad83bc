import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Clock } from '../../base/clock.ts';

export interface GetOptions {
  /** It is given up after this long, whatever has come by then. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const longestBytes = 64 * 1024;

/** Asks on a connection of its own. Resolves with the body of an answer 200; rejects in every other case, and for more than 64 KiB. */
export async function getText(url: URL, { timeoutMs, clock, signal }: GetOptions): Promise<string> {
  const timeout = new AbortController();
  const cancel = clock.after(timeoutMs, () => timeout.abort(new Error(`no answer within ${timeoutMs} ms`)));
  try {
    return await read(url, AbortSignal.any([timeout.signal, signal]));
  } catch (error) {
    throw timeout.signal.aborted ? timeout.signal.reason : error;
  } finally {
    cancel();
  }
}

function read(url: URL, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false, signal });
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
