import type { Container, PodSpec } from 'kubernetes-types/core/v1.js';

/** `Guaranteed`, `Burstable` or `BestEffort`: by which pods make room first when a node runs out of memory. */
export function qosClass({ containers, initContainers = [] }: PodSpec): string {
  const all = [...containers, ...initContainers];
  if (all.every(asksForNothing)) return 'BestEffort';
  return all.every(isLimitedToItsRequests) ? 'Guaranteed' : 'Burstable';
}

const asksForNothing = ({ resources = {} }: Container) =>
  Object.keys({ ...resources.limits, ...resources.requests }).length === 0;

const isLimitedToItsRequests = ({ resources: { limits = {}, requests = {} } = {} }: Container) =>
  ['cpu', 'memory'].every(
    (name) => limits[name] !== undefined && limits[name] === (requests[name] ?? limits[name]),
  );
