import type { SimulatedPod } from '../simulated-pod.ts';
import type { Inject } from './fault.ts';

/** Faults of a pod's way to the API server. */
export const networkFaults = {
  partition: (_, { pod, lengthMs }) => {
    pod.options.link.conditions.open('requests lost', lengthMs);
    return loseAnswers(pod, lengthMs);
  },
  'requests lost': (_, { pod, lengthMs }) => {
    pod.options.link.conditions.open('requests lost', lengthMs);
    return true;
  },
  'answers lost': (_, { pod, lengthMs }) => loseAnswers(pod, lengthMs),
  slow: (history, { pod, lengthMs, strength }) => {
    pod.options.link.conditions.open('slow', lengthMs, strength * history.leaseMs);
    return true;
  },
  lossy: (_, { pod, lengthMs, strength }) => {
    pod.options.link.conditions.open('lossy', lengthMs, strength);
    return true;
  },
  'reads forbidden': (_, { pod, lengthMs }) => {
    pod.options.link.conditions.open('reads forbidden', lengthMs);
    return true;
  },
  'writes forbidden': (_, { pod, lengthMs }) => {
    pod.options.link.conditions.open('writes forbidden', lengthMs);
    return true;
  },
  duplicates: (_, { pod, lengthMs, strength }) => {
    pod.options.link.conditions.open('duplicates', lengthMs, strength);
    return true;
  },
} satisfies Record<string, Inject>;

function loseAnswers(pod: SimulatedPod, lengthMs: number): boolean {
  const { link, world } = pod.options;
  link.conditions.open('answers lost', lengthMs);
  world.after(lengthMs, () => link.flush());
  return true;
}
