import type { PageMessage, PodReport, PodRole } from '../page/message.ts';
import type { HeardElection } from './heard-election.ts';
import { forgottenAfterMs, type KnownPods } from './pods/known-pods.ts';
import type { Settings } from './settings.ts';

/** What this pod knows, and from where. */
export interface Knowledge {
  readonly settings: Pick<Settings, 'podName' | 'podIp' | 'podNamespace' | 'leaseDurationMs'>;
  readonly election: HeardElection;
  readonly pods: KnownPods;
  /** For how many milliseconds this app has been running. */
  readonly upMs: () => number;
}

/** What this pod tells the pages at `time`, in milliseconds since 1970. */
export function messageOf(knowledge: Knowledge, time: number): PageMessage {
  const { settings, election } = knowledge;
  return {
    pod: settings.podName,
    ip: settings.podIp,
    namespace: settings.podNamespace,
    time,
    election: election.state(),
    leaseMs: settings.leaseDurationMs,
    expiresInMs: election.expiresInMs(),
    leaderTransitions: election.leaderTransitions,
    fencingToken: election.fencingToken,
    pods: withLeaders(knownPods(knowledge), knowledge).sort(byName),
  };
}

/** What this pod tells the other pods: itself, and what it has heard of the rest. */
export function knownPods({ settings, election, pods, upMs }: Knowledge): PodReport[] {
  const { podName: name, podIp: ip } = settings;
  const own = { name, ip, role: roleOf(election), silentMs: 0, upMs: Math.round(upMs()) };
  return [own, ...pods.others()];
}

/** The elector names who leads and who led before, whether they have been heard of otherwise or not. */
function withLeaders(pods: readonly PodReport[], { election }: Knowledge): PodReport[] {
  const heard = new Set(pods.map(({ name }) => name));
  const named = election
    .leaders()
    .filter(({ name, leads, unrenewedMs }) => !heard.has(name) && (leads || unrenewedMs < forgottenAfterMs))
    .map(({ name, leads, unrenewedMs }): PodReport => {
      return { name, ip: '', role: leads ? 'leading' : 'standby', silentMs: unrenewedMs, upMs: null };
    });
  return [...pods, ...named];
}

function roleOf(election: HeardElection): PodRole {
  const { state } = election.state();
  return state === 'leading' ? 'leading' : state === 'silent' ? 'unsure' : 'standby';
}

function byName(a: PodReport, b: PodReport): number {
  return a.name < b.name ? -1 : 1;
}
