import type { Pod } from 'kubernetes-types/core/v1.js';
import type { RawData, WebSocket } from 'ws';
import type { ExecEvents, ExecProcess } from '../pod-processes.ts';
import { nameOf } from '../resource.ts';
import { badRequest, notImplemented } from '../status.ts';
import type { ApiRequest } from './api-request.ts';
import { containerOf } from './container-parameter.ts';
import { channels, failure, finish, protocols, sendOutput, success } from './remote-command.ts';
import { isTrue } from './request-target.ts';
import { acceptWebSocket } from './upgrade.ts';

/**
 * Answers `…/pods/NAME/exec`, `kubectl exec`: a WebSocket to a process of the command, which has the container's
 * environment and folder. @throws ApiStatusError
 */
export async function handleExec(request: ApiRequest): Promise<void> {
  const { backend, resource, namespace, target, query } = request;
  const pod = backend.registry.get(nameOf(resource), namespace, target.objectName) as unknown as Pod;
  const container = containerOf(pod, query.get('container'));
  const command = query.getAll('command');
  if (command.length === 0) throw badRequest('you must specify at least 1 command for the container');
  if (isTrue(query.get('tty')))
    throw notImplemented('the embedded cluster has no terminals: run kubectl without -t (--tty)');
  const stdin = isTrue(query.get('stdin'));
  const which = { namespace: namespace ?? '', pod: target.objectName, container, command, stdin };
  const socket = await acceptWebSocket(request, protocols);
  try {
    connect(socket, backend.processes.exec(which, eventsTo(socket)));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    finish(socket, failure(`unable to upgrade connection: ${why}`));
  }
}

function eventsTo(socket: WebSocket): ExecEvents {
  return {
    onOutput: (stream, bytes) => sendOutput(socket, stream, bytes),
    onExited: (exitCode) => finish(socket, exitCode === 0 ? success : exited(exitCode)),
    onFailed: (message) => finish(socket, failure(`error executing command in container: ${message}`)),
  };
}

function connect(socket: WebSocket, process: ExecProcess): void {
  socket.on('message', (message: RawData) => {
    // The socket gives one buffer for each message, unless it is told otherwise.
    const bytes = message as Buffer;
    const rest = bytes.subarray(1);
    const [channel] = bytes;
    if (channel === channels.stdin) process.write(rest);
    else if (channel === channels.close && rest[0] === channels.stdin) process.endInput();
  });
  socket.once('error', () => socket.terminate());
  socket.once('close', () => process.kill());
}

const exited = (exitCode: number) => ({
  metadata: {},
  status: 'Failure',
  message: `command terminated with non-zero exit code: exit status ${exitCode}`,
  reason: 'NonZeroExitCode',
  details: { causes: [{ reason: 'ExitCode', message: String(exitCode) }] },
});
