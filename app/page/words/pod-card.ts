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

/** Reasons that tell that the pod's program has ended. */
const endings = ['stopping', 'stopped', 'app ended'];

/** What is said of a pod. `handovers`: what is known of earlier ones, the newest first. */
export function podCard(pod: PodReport, scene: Scene, handovers: readonly Handover[]): PodCard {
  const card = presentCard(pod, scene, handovers);
  return scene.kind === 'lost' ? { ...card, meaning: 'when last heard' } : card;
}

function presentCard(pod: PodReport, scene: Scene, handovers: readonly Handover[]): PodCard {
  if (scene.kind === 'leader-silent' && scene.leader === pod.name) {
    return { look: 'leader-silent', role: 'Leader, silent', meaning: `nothing for ${rough(scene.silentMs)}` };
  }
  if (leads(pod, scene)) return { look: 'leader', role: 'Leader', meaning: 'may act' };
  if (isGone(pod, handovers)) return { look: 'gone', role: 'Gone', meaning: 'it ended, after handing over' };
  if (isSilent(pod)) {
    const guess = lastHandoverOf(pod, handovers)?.from === pod.name ? '; lost the lead' : ': gone or frozen';
    return { look: 'silent', role: 'Silent', meaning: `nothing for ${rough(pod.silentMs)}${guess}` };
  }
  if (pod.role === 'unsure')
    return { look: 'unsure', role: 'Unsure', meaning: 'its elector says nothing yet' };
  return { look: 'standby', role: 'Standby', meaning: 'ready to take over' };
}

/** Whether a pod has ended and is not heard of any more, as far as its last handover tells. */
export function isGone(pod: PodReport, handovers: readonly Handover[]): boolean {
  const last = lastHandoverOf(pod, handovers);
  return isSilent(pod) && last?.from === pod.name && endings.includes(last.because);
}

function lastHandoverOf({ name }: PodReport, handovers: readonly Handover[]): Handover | undefined {
  return handovers.find(({ from, to }) => from === name || to === name);
}

function leads({ name, role }: PodReport, scene: Scene): boolean {
  // A pod that is unsure itself passes on what the others say of themselves.
  if (scene.kind === 'unsure') return role === 'leading';
  return 'leader' in scene && scene.leader === name;
}
