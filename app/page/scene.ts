import { aged } from './aged.ts';
import type { PodReport } from './message.ts';
import type { PageView } from './page-view.ts';

/** What is going on, as far as one can tell from the pod that the page comes from. */
export type Scene =
  | { readonly kind: 'led'; readonly leader: string }
  /** The lock names a leader that neither renews nor answers, for `silentMs` milliseconds so far. */
  | { readonly kind: 'leader-silent'; readonly leader: string; readonly silentMs: number }
  | { readonly kind: 'nobody' }
  /** The pod hears nothing from its elector, and so makes no claim. */
  | { readonly kind: 'unsure' }
  /** No pod has answered for `forMs` milliseconds; `leader` led then, null where none did. */
  | { readonly kind: 'lost'; readonly leader: string | null; readonly forMs: number };

// A pod asks another one twice a second, whichever the Service chooses: not to have heard of one for this long is no chance.
const silentAfterMs = 4000;

// A leader renews every third of its lease. That alone may be a slow API server, so it must not have been heard of otherwise.
const overdueShare = 2 / 5;
const unheardMs = 2000;

/** Whether a pod has not been heard of for so long that something is wrong with it, or it is gone. */
export function isSilent({ silentMs }: PodReport): boolean {
  return silentMs >= silentAfterMs;
}

/** The pods as they are now, some time after the message. */
export function podsNow({ message, sinceMs, connection }: PageView): readonly PodReport[] {
  // While nobody answers, nothing is learned of anybody: the page shows how things were.
  if (connection.kind === 'lost') return message.pods;
  return message.pods.map((pod) => ({
    ...aged(pod, sinceMs),
    ...(pod.name === message.pod ? { silentMs: 0 } : {}),
  }));
}

/** Milliseconds until others may take the lock; null: nobody holds it, or that is not known. */
export function leaseLeftMs({ message, sinceMs, connection }: PageView): number | null {
  const { expiresInMs } = message;
  if (expiresInMs === null || connection.kind === 'lost') return null;
  return Math.max(0, expiresInMs - sinceMs);
}

/** Puts together what a view tells of the election. */
export function sceneOf(view: PageView): Scene {
  const { connection, message } = view;
  const { election } = message;
  if (connection.kind === 'lost') {
    return { kind: 'lost', leader: 'leader' in election ? election.leader : null, forMs: connection.forMs };
  }
  if (election.state === 'silent') return { kind: 'unsure' };
  if (election.state === 'nobody') return { kind: 'nobody' };
  const { leader, state } = election;
  const silentMs = state === 'leading' ? 0 : leaderSilentMs(view, leader);
  return silentMs === 0 ? { kind: 'led', leader } : { kind: 'leader-silent', leader, silentMs };
}

/** For how long another pod that leads has shown no sign of life; 0 where that is no reason to doubt it. */
function leaderSilentMs(view: PageView, leader: string): number {
  const { leaseMs } = view.message;
  const leftMs = leaseLeftMs(view);
  const pod = podsNow(view).find(({ name }) => name === leader);
  if (leftMs === null) return pod && isSilent(pod) ? pod.silentMs : 0;
  const unrenewedMs = leaseMs - leftMs;
  const isOverdue = unrenewedMs >= leaseMs * overdueShare;
  const isUnheard = pod === undefined || pod.silentMs >= Math.min(unheardMs, leaseMs * overdueShare);
  return isOverdue && isUnheard ? Math.min(unrenewedMs, pod?.silentMs ?? Infinity) : 0;
}
