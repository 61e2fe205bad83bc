import type { Duplex } from 'node:stream';
import { createWebSocketStream, WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { badRequest } from '../status.ts';
import type { ApiRequest, Upgrade } from './api-request.ts';

/**
 * Makes a request a WebSocket, in the first of these subprotocols that the client offers.
 * @throws ApiStatusError 400 where it asks for no WebSocket or for none of these
 */
export function acceptWebSocket(request: ApiRequest, protocols: readonly string[]): Promise<WebSocket> {
  const { socket, head } = takeOver(request, 'websocket');
  const offered = (request.request.headers['sec-websocket-protocol'] ?? '')
    .split(',')
    .map((one) => one.trim());
  const chosen = protocols.find((protocol) => offered.includes(protocol));
  if (chosen === undefined)
    throw badRequest(`unable to upgrade: none of the protocols [${offered.join(' ')}] is known`);
  request.response.detachSocket(socket as never);
  const server = new WebSocketServer({ noServer: true, handleProtocols: () => chosen });
  return new Promise((resolve) => server.handleUpgrade(request.request, socket, head, resolve));
}

/**
 * Makes a request a SPDY connection for Kubernetes' `protocol`: one of its own, as kubectl had it before 1.31, or one in a
 * WebSocket. @throws ApiStatusError 400 where it asks for neither
 */
export async function acceptSpdy(request: ApiRequest, protocol: string): Promise<Duplex> {
  if (isFor(request, 'websocket'))
    return createWebSocketStream(await acceptWebSocket(request, [`SPDY/3.1+${protocol}`]));
  const { socket, head } = takeOver(request, 'spdy/3.1');
  request.response.detachSocket(socket as never);
  const answer = ['Connection: Upgrade', 'Upgrade: SPDY/3.1', `X-Stream-Protocol-Version: ${protocol}`];
  socket.write(`HTTP/1.1 101 Switching Protocols\r\n${answer.join('\r\n')}\r\n\r\n`);
  socket.unshift(head);
  return socket;
}

const isFor = ({ upgrade, request }: ApiRequest, protocol: string) =>
  upgrade !== null && (request.headers.upgrade ?? '').toLowerCase() === protocol;

function takeOver(request: ApiRequest, protocol: string): Upgrade {
  if (request.upgrade === null || !isFor(request, protocol)) throw badRequest('Upgrade request required');
  return request.upgrade;
}
