import type { Pod } from 'kubernetes-types/core/v1.js';
import type { WebSocket } from 'ws';
import { nameOf } from '../resource.ts';
import { notImplemented } from '../status.ts';
import type { ApiRequest } from './api-request.ts';
import { containerOf } from './container-parameter.ts';
import { failure, finish, protocols, sendOutput, success } from './remote-command.ts';
import { isTrue } from './request-target.ts';
import { acceptWebSocket } from './upgrade.ts';

/**
 * Answers `…/pods/NAME/attach`, `kubectl attach` and `kubectl run -i`: a WebSocket to what a container writes from then on. One
 * whose input is for a single client (`stdinOnce`) has been waiting for it, so that all that it wrote is shown. Input is
 * not passed on. @throws ApiStatusError
 */
export async function handleAttach(request: ApiRequest): Promise<void> {
  const { backend, resource, namespace, target, query } = request;
  // The registry keeps no pod that its definition does not accept.
  const pod = backend.registry.get(nameOf(resource), namespace, target.objectName) as unknown as Pod;
  const container = containerOf(pod, query.get('container'));
  if (isTrue(query.get('tty')))
    throw notImplemented('the embedded cluster has no terminals: run kubectl without -t (--tty)');
  const isAwaited = pod.spec?.containers.find(({ name }) => name === container)?.stdinOnce;
  const which = { namespace: namespace ?? '', pod: target.objectName, container };
  const gone = new AbortController();
  const lines = backend.logs.read(
    { ...which, follow: true, previous: false, timestamps: false, ...(!isAwaited && { tailLines: 0 }) },
    gone.signal,
  );
  const socket = await acceptWebSocket(request, protocols);
  socket.once('error', () => socket.terminate());
  socket.once('close', () => gone.abort());
  await show(socket, lines);
}

async function show(socket: WebSocket, lines: AsyncIterable<string>): Promise<void> {
  try {
    for await (const line of lines) sendOutput(socket, 'stdout', Buffer.from(`${line}\n`));
    finish(socket, success);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    finish(socket, failure(`unable to upgrade connection: ${why}`));
  }
}
