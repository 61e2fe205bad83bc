import os from 'node:os';
import type { ExecEvents, ExecProcess, PodName, PodProcesses } from '../api-server/pod-processes.ts';
import type { ContainerRuntime } from './container-runtime.ts';
import type { PodNetwork } from './pod-network.ts';
import type { PodWorker } from './pod-worker.ts';

/** Reaches the pods that are run here. `find` returns a pod's worker, or undefined where it is not run here. */
export function podProcesses(
  runtime: ContainerRuntime,
  network: PodNetwork,
  find: (pod: PodName) => PodWorker | undefined,
): PodProcesses {
  return {
    portOf(pod, port) {
      const worker = find(pod);
      return worker && network.resolve(worker.podIP, port);
    },
    exec({ container, command, stdin, ...pod }, events) {
      const run = find(pod)?.containers.find(({ spec }) => spec.name === container)?.run;
      if (run?.pid === undefined) throw new Error(`container not found ("${container}")`);
      return execute(runtime, { ...run.process, command, stdin }, events);
    },
  };
}

function execute(
  runtime: ContainerRuntime,
  process: Parameters<ContainerRuntime['run']>[0],
  events: ExecEvents,
): ExecProcess {
  const id = runtime.run(
    { ...process, encoding: 'base64' },
    {
      onStarted: () => undefined,
      onFailed: (message) => events.onFailed(startFailure(process.command, message)),
      onOutput: (stream, text) => events.onOutput(stream, Buffer.from(text, 'base64')),
      onExited: ({ exitCode, signal }) =>
        events.onExited(signal === null ? (exitCode ?? 0) : 128 + os.constants.signals[signal]),
    },
  );
  return {
    write: (bytes) => runtime.write(id, bytes),
    endInput: () => runtime.write(id, null),
    kill: () => runtime.signal(id, 'SIGKILL'),
  };
}

function startFailure([program = '']: readonly string[], message: string): string {
  const why = message.includes('ENOENT') ? `exec: "${program}": executable file not found in $PATH` : message;
  return `unable to start container process: ${why}`;
}
