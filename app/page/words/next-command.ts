import type { PageView } from '../page-view.ts';
import { deploymentOf } from '../pod-name.ts';
import type { Scene } from '../scene.ts';
import { endings } from './pod-card.ts';

/** Something to try, and what to expect of it. */
export interface NextCommand {
  /** The command's first words. */
  readonly command: string;
  /** What it is about. */
  readonly subject: string;
  readonly options: string;
  readonly promise: string;
}

/** What to try next, as things are and after what was tried so far. */
export function nextCommand(scene: Scene, { message: { namespace }, handovers }: PageView): NextCommand {
  const elsewhere = namespace === null || namespace === 'default' ? [] : [`--namespace=${namespace}`];
  if (scene.kind !== 'led') {
    const promise =
      scene.kind === 'lost'
        ? 'See whether there is a cluster, and how its pods are.'
        : 'See how the pods are, and wait: once the lease has run out, one of them leads.';
    return { command: 'kubectl get', subject: 'pods', options: elsewhere.join(' '), promise };
  }
  const deletion = { command: 'kubectl delete pod', subject: scene.leader };
  const firstDeletion = (handovers ?? []).findLastIndex(({ because }) => endings.includes(because));
  if (firstDeletion === -1) {
    return {
      ...deletion,
      options: elsewhere.join(' '),
      promise: 'Tell the leader to stop. It hands over before it goes, so another pod leads at once.',
    };
  }
  const deployment = deploymentOf(scene.leader);
  if (firstDeletion === 0 || deployment === null) {
    return {
      ...deletion,
      options: [...elsewhere, '--grace-period=0', '--force'].join(' '),
      promise:
        'Now leave the leader hardly any time to hand over. If it fails to, the others wait until its lease has run out.',
    };
  }
  return {
    command: 'kubectl rollout restart deployment',
    subject: deployment,
    options: elsewhere.join(' '),
    promise:
      'Now replace all pods, one after another, as a new version does. The leader hands over when its turn comes.',
  };
}
