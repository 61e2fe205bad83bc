import { rough } from '../durations.ts';
import type { Handover } from '../handovers.ts';
import type { PodReport } from '../message.ts';
import { isSilent, type Scene } from '../scene.ts';

/** How a pod is shown at a glance. */
export type PodLook = 'leader' | 'leader-silent' | 'standby' | 'unsure' | 'silent' | 'gone';

export interface PodCard {
  readonly look: PodLook;
  readonly role: string;
  readonly meaning: string;
}

/** For how long a pod that has started is shown as new. */
export const newForMs = 20_000;

/** Reasons for a handover that tell that the former leader's program has ended. */
export const endings = ['stopping', 'stopped', 'app ended'];

/** What was, for a pod: earlier handovers, the newest first, and the present by the clock that their times are of. */
export interface Past {
  readonly handovers: readonly Handover[];
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

/** What is said of a pod. */
export function podCard(pod: PodReport, scene: Scene, past: Past): PodCard {
  const card = presentCard(pod, scene, past);
  return scene.kind === 'lost' ? { ...card, meaning: 'when last heard' } : card;
}

function presentCard(pod: PodReport, scene: Scene, past: Past): PodCard {
  if (scene.kind === 'leader-silent' && scene.leader === pod.name) {
    return { look: 'leader-silent', role: 'Leader, silent', meaning: `nothing for ${rough(scene.silentMs)}` };
  }
  if (leads(pod, scene)) return { look: 'leader', role: 'Leader', meaning: `may act${started(pod)}` };
  if (isGone(pod, past)) return { look: 'gone', role: 'Gone', meaning: 'it ended, after handing over' };
  if (isSilent(pod)) {
    const guess = lossOf(pod, past) ? '; lost the lead' : ': gone or frozen';
    return { look: 'silent', role: 'Silent', meaning: `nothing for ${rough(pod.silentMs)}${guess}` };
  }
  if (pod.role === 'unsure') return { look: 'unsure', role: 'Unsure', meaning: 'its elector is silent' };
  const task = scene.kind === 'nobody' ? 'waits for a lease' : 'ready to take over';
  return { look: 'standby', role: 'Standby', meaning: `${task}${started(pod)}` };
}

function started({ upMs }: PodReport): string {
  return upMs !== null && upMs < newForMs ? `; started ${rough(upMs)} ago` : '';
}

/** Whether a pod has ended: it said so when it handed over, and has not been heard of since. */
export function isGone(pod: PodReport, past: Past): boolean {
  const loss = lossOf(pod, past);
  if (loss === null || !endings.includes(loss.because)) return false;
  return isSilent(pod) || pod.silentMs >= past.nowMs - loss.at;
}

/** The handover by which another pod leads instead of this one; null where it has led since, or never did. */
function lossOf({ name }: PodReport, { handovers }: Past): Handover | null {
  const last = handovers.find(({ from, to }) => from === name || to === name);
  return last === undefined || last.to === name ? null : last;
}

function leads({ name, role }: PodReport, scene: Scene): boolean {
  // A pod that is unsure itself passes on what the others say of themselves.
  if (scene.kind === 'unsure') return role === 'leading';
  return 'leader' in scene && scene.leader === name;
}
