import type { PageMessage } from '../page/message.ts';

/** What a pod that stands by tells its pages, but for what is given. */
export function pageMessage(given: Partial<PageMessage> = {}): PageMessage {
  return {
    pod: 'pod-a',
    ip: '10.244.0.7',
    namespace: null,
    time: Date.UTC(2026, 0, 2, 3, 4, 5),
    election: { state: 'following', leader: 'pod-b' },
    leaseMs: 10_000,
    expiresInMs: 9000,
    leaderTransitions: 3,
    fencingToken: null,
    pods: [
      { name: 'pod-a', ip: '10.244.0.7', role: 'standby', silentMs: 0, upMs: 60_000 },
      { name: 'pod-b', ip: '10.244.0.8', role: 'leading', silentMs: 300, upMs: 60_000 },
    ],
    ...given,
  };
}
