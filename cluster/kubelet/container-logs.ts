import type { PodLogOptions, PodLogs } from '../api-server/pod-logs.ts';
import { badRequest } from '../api-server/status.ts';
import type { Clock } from '../../base/clock.ts';
import type { PodContainer } from './pod-container.ts';

/** Serves what the containers wrote. `find` returns a pod's containers, or undefined where the pod is not run here. */
export function containerLogs(
  clock: Clock,
  find: (namespace: string, pod: string) => readonly PodContainer[] | undefined,
): PodLogs {
  return {
    async *read(options, signal) {
      const container = find(options.namespace, options.pod)?.find(
        ({ spec }) => spec.name === options.container,
      );
      const { follow, timestamps, tailLines, sinceSeconds, sinceTime } = options;
      const since = sinceSeconds === undefined ? sinceTime : clock.wall() - sinceSeconds * 1000;
      yield* selectLog(container, options).read(
        {
          follow,
          timestamps,
          ...(tailLines === undefined ? {} : { tailLines }),
          ...(since === undefined ? {} : { since }),
        },
        signal,
      );
    },
  };
}

function selectLog(container: PodContainer | undefined, { container: name, pod, previous }: PodLogOptions) {
  const run = previous ? previousRun(container) : container?.run;
  if (run) return run.log;
  if (previous) throw badRequest(`previous terminated container "${name}" in pod "${pod}" not found`);
  const reason = container?.startFailure?.reason ?? 'ContainerCreating';
  throw badRequest(`container "${name}" in pod "${pod}" is waiting to start: ${inWords[reason] ?? reason}`);
}

const inWords: Readonly<Record<string, string>> = {
  ErrImagePull: "image can't be pulled",
  ImagePullBackOff: 'trying and failing to pull image',
};

// While a container waits for its restart, its latest run is the previous one too.
function previousRun(container: PodContainer | undefined) {
  return container?.run?.termination && container.backoffMs > 0 ? container.run : container?.previousRun;
}
