import type { Container, ContainerStatus, Pod } from 'kubernetes-types/core/v1.js';
import { age } from '../human-duration.ts';
import { ageColumn } from '../column.ts';
import type { Column } from '../column.ts';

/** The columns of `kubectl get pods`. */
export const podColumns: readonly Column<Pod>[] = [
  { name: 'Ready', description: 'How many of its containers are ready.', cell: ready },
  { name: 'Status', description: 'What its containers are doing.', cell: podState },
  { name: 'Restarts', description: 'How often containers were restarted.', cell: restarts },
  ageColumn,
  {
    name: 'IP',
    wide: true,
    description: 'Its address.',
    cell: ({ status }) => status?.podIPs?.[0]?.ip ?? status?.podIP ?? '<none>',
  },
  {
    name: 'Node',
    wide: true,
    description: 'The node it runs on.',
    cell: ({ spec }) => spec?.nodeName ?? '<none>',
  },
  {
    name: 'Nominated Node',
    wide: true,
    description: 'The node where it will run once others have made room.',
    cell: ({ status }) => status?.nominatedNodeName ?? '<none>',
  },
  { name: 'Readiness Gates', wide: true, description: 'Conditions it waits for.', cell: readinessGates },
];

const isSidecar = ({ restartPolicy }: Container) => restartPolicy === 'Always';

/** Containers that go on running: the pod's own, and sidecars among the init containers. */
function lasting({ spec, status }: Pod): {
  total: number;
  statuses: ContainerStatus[];
  sidecars: ContainerStatus[];
} {
  const sidecarNames = (spec?.initContainers ?? []).filter(isSidecar).map(({ name }) => name);
  const sidecars = (status?.initContainerStatuses ?? []).filter(({ name }) => sidecarNames.includes(name));
  return {
    total: (spec?.containers.length ?? 0) + sidecarNames.length,
    statuses: status?.containerStatuses ?? [],
    sidecars,
  };
}

function ready(pod: Pod): string {
  const { total, statuses, sidecars } = lasting(pod);
  const running = isInitialized(pod)
    ? statuses.filter((status) => status.ready && status.state?.running)
    : [];
  const readySidecars = sidecars.filter((status) => status.started && status.ready);
  return `${running.length + readySidecars.length}/${total}`;
}

function restarts(pod: Pod, now: number): string {
  const { statuses, sidecars } = lasting(pod);
  const counted = isInitialized(pod) ? [...sidecars, ...statuses] : (pod.status?.initContainerStatuses ?? []);
  const count = counted.reduce((sum, { restartCount }) => sum + restartCount, 0);
  const last = counted.map(({ lastState }) => lastState?.terminated?.finishedAt ?? '').sort();
  const latest = last.at(-1);
  return count > 0 && latest ? `${count} (${age(latest, now)} ago)` : String(count);
}

/** STATUS: the phase, or what is more telling than that. */
function podState(pod: Pod): string {
  const { status, metadata } = pod;
  if (metadata?.deletionTimestamp && status?.reason === 'NodeLost') return 'Unknown';
  const ended = status?.phase === 'Succeeded' || status?.phase === 'Failed';
  if (metadata?.deletionTimestamp && !ended) return 'Terminating';
  const base = status?.reason ?? status?.phase ?? '';
  const initializing = initState(pod);
  return initializing !== null && !hasCondition(pod, 'Initialized')
    ? initializing
    : containerState(pod, initializing ?? base);
}

/** What the first init container that is not done yet does; null where all are done. */
function initState({ spec, status }: Pod): string | null {
  const containers = spec?.initContainers ?? [];
  const statuses = status?.initContainerStatuses ?? [];
  const index = statuses.findIndex(({ name, state, started }) => {
    const container = containers.find((candidate) => candidate.name === name);
    const sidecarRuns = container !== undefined && isSidecar(container) && started;
    return state?.terminated?.exitCode !== 0 && !sidecarRuns;
  });
  if (index < 0) return null;
  const { terminated, waiting } = statuses[index]?.state ?? {};
  if (terminated) return `Init:${terminated.reason || exitText(terminated)}`;
  if (waiting?.reason && waiting.reason !== 'PodInitializing') return `Init:${waiting.reason}`;
  return `Init:${index}/${containers.length}`;
}

/** What the first container that does not simply run does; `base` where all run. */
function containerState(pod: Pod, base: string): string {
  const statuses = pod.status?.containerStatuses ?? [];
  const telling = statuses.flatMap(({ state }) => {
    if (state?.waiting?.reason) return [state.waiting.reason];
    return state?.terminated ? [state.terminated.reason || exitText(state.terminated)] : [];
  });
  const shown = telling[0] ?? base;
  const someRun = statuses.some((status) => status.ready && status.state?.running);
  if (shown === 'Completed' && someRun) return hasCondition(pod, 'Ready') ? 'Running' : 'NotReady';
  return shown;
}

const exitText = ({ signal, exitCode }: { signal?: number; exitCode: number }) =>
  signal ? `Signal:${signal}` : `ExitCode:${exitCode}`;

const isInitialized = (pod: Pod) => initState(pod) === null || hasCondition(pod, 'Initialized');

const hasCondition = ({ status }: Pod, wanted: string) =>
  status?.conditions?.some(({ type, status: state }) => type === wanted && state === 'True') ?? false;

function readinessGates({ spec, status }: Pod): string {
  const gates = spec?.readinessGates ?? [];
  if (gates.length === 0) return '<none>';
  const met = gates.filter(({ conditionType }) =>
    status?.conditions?.some(({ type, status: state }) => type === conditionType && state === 'True'),
  );
  return `${met.length}/${gates.length}`;
}
