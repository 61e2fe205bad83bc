import type { WebSocket } from 'ws';

/** What `kubectl exec` and `attach` speak over a WebSocket, newest first. */
export const protocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];

/** Each message begins with the number of its channel; the last one tells which channel is closed. */
export const channels = { stdin: 0, stdout: 1, stderr: 2, error: 3, close: 255 };

/** Sends what was written to a stream. */
export const sendOutput = (socket: WebSocket, stream: 'stdout' | 'stderr', bytes: Buffer): void =>
  socket.send(Buffer.concat([Buffer.from([channels[stream]]), bytes]));

/** Says how it ended, in a Status on a channel of its own. */
export function finish(socket: WebSocket, status: object): void {
  socket.send(Buffer.concat([Buffer.from([channels.error]), Buffer.from(JSON.stringify(status))]));
  socket.close(1000);
}

/** The Status of what ended well. */
export const success = { metadata: {}, status: 'Success' };

/** The Status of what could not be done. */
export const failure = (message: string): object => ({
  metadata: {},
  status: 'Failure',
  message: `Internal error occurred: ${message}`,
  reason: 'InternalError',
  details: { causes: [{ message }] },
  code: 500,
});
