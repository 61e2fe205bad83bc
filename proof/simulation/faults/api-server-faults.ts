import { skipsStep } from '../rollout.ts';
import type { Inject } from './fault.ts';

const longestThrottleMs = 5_000;

/** Faults of the API server, or of what stands in front of it. */
export const apiServerFaults = {
  'server down': ({ server, world }, { lengthMs }) => {
    server.conditions.open('is down', lengthMs);
    server.endWatches('closed');
    if (world.random.chance(0.5)) server.compact();
    return true;
  },
  'server fails before it acts': ({ server }, { lengthMs, strength }) => {
    server.conditions.open('fails before it acts', lengthMs, strength);
    return true;
  },
  'server fails after it acted': ({ server }, { lengthMs, strength }) => {
    server.conditions.open('fails after it acted', lengthMs, strength);
    return true;
  },
  'server throttles': ({ server }, { lengthMs, strength }) => {
    server.conditions.open('throttles', lengthMs / 2, Math.max(1, strength * longestThrottleMs));
    return true;
  },
  'server throttles oddly': ({ server }, { lengthMs, strength }) => {
    server.conditions.open('throttles oddly', lengthMs / 2, strength);
    return true;
  },
  'server writes slowly': ({ server, leaseMs }, { lengthMs, strength }) => {
    server.conditions.open('writes slowly', lengthMs, strength * leaseMs);
    return true;
  },
  'server knows nobody': ({ server }, { lengthMs, strength }) => {
    server.conditions.open('does not know anybody', lengthMs, strength);
    return true;
  },
  'state restored': (history, { strength }) => history.restore(1 + Math.floor(strength * 8)),
  // Between a fleet's two locks stands a read alone, so it must be of the present, as Kubernetes promises.
  'stale reads': (history, { lengthMs, strength }) => {
    if (skipsStep(history.locks)) return false;
    history.server.conditions.open('reads stale', lengthMs, strength * history.leaseMs);
    return true;
  },
  'watches lag': (history, { lengthMs, strength }) => {
    history.server.conditions.open('watches lag', lengthMs, strength * history.leaseMs);
    return true;
  },
  'watches forbidden': ({ server }, { lengthMs }) => {
    server.conditions.open('forbids watches', lengthMs);
    server.endWatches('closed');
    return true;
  },
  'watches end': ({ server }) => {
    server.endWatches('closed');
    return true;
  },
  'watches expire': ({ server }) => {
    server.compact();
    server.endWatches('expired');
    return true;
  },
  bookmarks: ({ server }) => {
    server.objects.passVersions(3);
    server.sendBookmarks();
    return true;
  },
} satisfies Record<string, Inject>;
