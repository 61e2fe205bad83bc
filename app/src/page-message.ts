import type { PageMessage, PodReport, PodRole } from '../page/message.ts';
import type { HeardElection } from './heard-election.ts';
import type { KnownPods } from './pods/known-pods.ts';
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
    pods: withLeader(knownPods(knowledge), knowledge).sort(byName),
  };
}

/** What this pod tells the other pods: itself, and what it has heard of the rest. */
export function knownPods({ settings, election, pods, upMs }: Knowledge): PodReport[] {
  const { podName: name, podIp: ip } = settings;
  const own = { name, ip, role: roleOf(election), silentMs: 0, upMs: Math.round(upMs()) };
  return [own, ...pods.others()];
}

/** The elector names the leader, whether that has been heard of otherwise or not. */
function withLeader(pods: PodReport[], { settings, election }: Knowledge): PodReport[] {
  const state = election.state();
  if (state.state !== 'following' || pods.some(({ name }) => name === state.leader)) return pods;
  const expiresInMs = election.expiresInMs() ?? settings.leaseDurationMs;
  const silentMs = Math.max(0, settings.leaseDurationMs - expiresInMs);
  return [...pods, { name: state.leader, ip: '', role: 'leading', silentMs, upMs: null }];
}

function roleOf(election: HeardElection): PodRole {
  const { state } = election.state();
  return state === 'leading' ? 'leading' : state === 'silent' ? 'unsure' : 'standby';
}

function byName(a: PodReport, b: PodReport): number {
  return a.name < b.name ? -1 : 1;
}
