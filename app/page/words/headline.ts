import { remaining, rough } from '../durations.ts';
import { cameBack } from '../handovers.ts';
import type { PageView } from '../page-view.ts';
import { shortName } from '../pod-name.ts';
import { isGone, newForMs } from './pod-card.ts';
import { isSilent, leaseLeftMs, podsNow, type Scene } from '../scene.ts';

/** What is going on, in a few words and in a sentence or two. The few words stay the same while nothing happens. */
export interface Headline {
  readonly title: string;
  readonly verdict: string;
  readonly meaning: string;
}

export function headline(scene: Scene, view: PageView): Headline {
  switch (scene.kind) {
    case 'led':
      return {
        title: `${shortName(scene.leader)} leads`,
        verdict: `${shortName(scene.leader)} leads`,
        meaning: `It alone may act, and it renews its lease every few seconds. ${restarted(scene.leader, view)}${standbys(scene.leader, view)}`,
      };
    case 'leader-silent':
      return {
        title: `${shortName(scene.leader)} is silent`,
        verdict: `${shortName(scene.leader)} leads, but is silent`,
        meaning: `Nothing from it for ${rough(scene.silentMs)}. Frozen, cut off, or only slow? Nobody can tell from outside, so nobody may take over yet. ${runsOut(view)}`,
      };
    case 'nobody':
      return {
        title: 'Nobody leads',
        verdict: 'Nobody leads right now',
        meaning: `Nobody may act until a pod holds a fresh lease. If this lasts: leases are kept by the Kubernetes API server, and it may not be answering. A leader that cannot renew has to stop.`,
      };
    case 'unsure':
      return {
        title: 'Unsure who leads',
        verdict: 'This pod does not know who leads',
        meaning: `It hears nothing from its elector, the helper beside it that takes part in the election. So it makes no claim.`,
      };
    case 'lost':
      return {
        title: 'No pod answers',
        verdict: 'No pod answers',
        meaning: `Nothing has been heard for ${rough(scene.forMs)}. Has npm start ended, or is the cluster down? This page keeps trying. Below is how things were.`,
      };
  }
}

/** That a leader was away, while that is news. */
function restarted(leader: string, { message, sinceMs, handovers }: PageView): string {
  const last = handovers?.[0];
  const agoMs = message.time + sinceMs - (last?.at ?? -Infinity);
  if (last?.because !== cameBack || last.to !== leader || agoMs >= newForMs) return '';
  return `It crashed, but came back ${rough(Math.max(0, agoMs))} ago, before its lease had run out: so it leads on. `;
}

function standbys(leader: string, view: PageView): string {
  const past = { handovers: view.handovers ?? [], nowMs: view.message.time + view.sinceMs };
  const others = podsNow(view).filter(({ name }) => name !== leader);
  const ready = others.filter((pod) => !isSilent(pod) && !isGone(pod, past)).length;
  if (ready === 0) return 'No other pod is known that could take over.';
  return ready === 1
    ? 'One other pod stands by, ready to take over.'
    : `${ready} other pods stand by, ready to take over.`;
}

function runsOut(view: PageView): string {
  const leftMs = leaseLeftMs(view);
  if (leftMs === null) return 'Once its lease has run out, another one leads.';
  return leftMs > 0
    ? `Its lease runs out in ${remaining(leftMs)}; then another pod leads.`
    : 'Its lease has run out: another pod takes over.';
}
