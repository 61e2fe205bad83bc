import type { IncomingMessage } from 'node:http';
import type { RequestOptions } from 'node:https';
import { nodeHttp, nodeHttps } from './node-http.ts';

// Far below the time after which a silent peer is noticed by anything else on a watch.
const keepAliveProbeMs = 15_000;

/**
 * Sends one request and resolves when the answer's head is there. `signal` ends it at any time, also while the body is being read, by
 * destroying its connection. Rejects with the connection's error, or with the signal's reason.
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
    const abort = () => request.destroy(signal.reason instanceof Error ? signal.reason : undefined);
    signal.addEventListener('abort', abort, { once: true });
    request.on('close', () => signal.removeEventListener('abort', abort));
    request.on('socket', (socket) => socket.setKeepAlive(true, keepAliveProbeMs));
    request.on('response', resolve);
    request.on('error', reject);
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
