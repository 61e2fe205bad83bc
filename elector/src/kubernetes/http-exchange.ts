import type { IncomingMessage } from 'node:http';
import type { RequestOptions } from 'node:https';
import { isClosedByPeer } from '../../../base/connection-end.ts';
import { nodeHttp, nodeHttps } from './node-http.ts';

// Far below the time after which a silent peer is noticed by anything else on a watch.
const keepAliveProbeMs = 15_000;

/** A kept connection was found to be closed, before anything of the answer came: the server may have closed it just before. */
export class StaleConnectionError extends Error {
  override readonly name = 'StaleConnectionError';
}

/**
 * Sends one request and resolves when the answer's head is there. `signal` ends it at any time, also while the body is being read, by
 * destroying its connection. Rejects with StaleConnectionError, with the connection's error, or with the signal's reason; at the
 * latest when the connection is closed, or `signal` aborts.
 */
export function send(
  url: URL,
  options: RequestOptions,
  body: string | undefined,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const request = (url.protocol === 'http:' ? nodeHttp() : nodeHttps()).request(url, options);
    let hasReceived = () => false;
    const abort = () => {
      reject(signal.reason as Error);
      request.destroy(signal.reason instanceof Error ? signal.reason : undefined);
    };
    signal.addEventListener('abort', abort, { once: true });
    request.on('socket', (socket) => {
      socket.setKeepAlive(true, keepAliveProbeMs);
      const before = socket.bytesRead;
      hasReceived = () => socket.bytesRead > before;
    });
    request.on('response', resolve);
    request.on('upgrade', (_, socket) => {
      socket.destroy();
      reject(new Error('101 Switching Protocols, which was not asked for'));
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      const isStale = request.reusedSocket && isClosedByPeer(error) && !hasReceived();
      reject(isStale ? new StaleConnectionError(error.message, { cause: error }) : error);
    });
    request.on('close', () => {
      signal.removeEventListener('abort', abort);
      reject(new Error('the connection was closed before the answer'));
    });
    request.end(body);
  });
}

/** The whole body as text. Rejects when the connection breaks, or when there are more than `longest` bytes. */
export async function readText(response: IncomingMessage, longest: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > longest) throw new Error(`the answer is longer than ${longest} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
