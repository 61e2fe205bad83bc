import { get } from 'node:http';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';

/** How to ask for a stream. */
export interface StreamRequest {
  readonly url: URL;
  readonly headers: OutgoingHttpHeaders;
  /** Ends the request, at whatever stage it is. */
  readonly signal: AbortSignal;
}

/**
 * Asks for a `text/event-stream` and hands over its chunks. Resolves when the server ends it. Rejects when it fails, when
 * `onChunk` throws, and when `signal` aborts, which is the only limit to how long the server may take.
 */
export function readStream(
  { url, headers, signal }: StreamRequest,
  onChunk: (chunk: Uint8Array) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false, headers: { accept: 'text/event-stream', ...headers }, signal });
    const onClose = () =>
      reject(new Error(`GET ${url.href} was answered with neither an event stream nor an error`));
    request.on('error', reject);
    // The only event after some answers, such as one that switches protocols.
    request.on('close', onClose);
    request.on('response', (response) => {
      // A response that ends with its connection closes after its request.
      request.off('close', onClose);
      response.on('close', onClose);
      response.on('error', reject);
      response.on('end', resolve);
      if (isEventStream(response)) {
        response.on('data', (chunk: Uint8Array) => {
          try {
            onChunk(chunk);
          } catch (error) {
            request.destroy(error instanceof Error ? error : undefined);
          }
        });
      } else {
        request.destroy(
          new Error(`GET ${url.href} answered ${response.statusCode ?? 0}, not an event stream`),
        );
      }
    });
  });
}

function isEventStream(response: IncomingMessage): boolean {
  return response.statusCode === 200 && /^text\/event-stream\b/i.test(response.headers['content-type'] ?? '');
}
