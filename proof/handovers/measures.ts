import { times, type Figure } from '../figure.ts';
import { median } from '../statistics.ts';
import type { DeployedLock } from './deployed-lock.ts';
import type { ExampleDeployment } from './deployment.ts';

const reachMs = 120;

/** From the request that deletes the leader's pod until the arrival of the record that names another leader. */
export async function measureDeletions(
  lock: Pick<DeployedLock, 'history' | 'deletePod'>,
  deployment: Pick<ExampleDeployment, 'ready'>,
  deletions: number,
): Promise<Figure[]> {
  const took: number[] = [];
  while (took.length < deletions) {
    await deployment.ready();
    await lock.history.renewed();
    const former = lock.history.holder;
    const since = performance.now();
    await lock.deletePod(former);
    took.push((await lock.history.heldByAnotherAt(former, since)) - since);
  }
  if (took.length === 0) return [];
  return [
    {
      what: "the leader's pod deleted → another leads",
      measured: times(took),
      target: `median ≤ ${reachMs} ms`,
      met: median(took) <= reachMs,
    },
  ];
}

/** How often the lock changed hands in each rollout. */
export async function measureRollouts(
  { history }: Pick<DeployedLock, 'history'>,
  deployment: Pick<ExampleDeployment, 'ready' | 'restart'>,
  rollouts: number,
): Promise<Figure[]> {
  const handovers: number[] = [];
  await deployment.ready();
  while (handovers.length < rollouts) {
    await history.renewed();
    const since = performance.now();
    await deployment.restart();
    await history.renewed();
    handovers.push(history.handoversSince(since));
  }
  if (handovers.length === 0) return [];
  const exactlyOne = handovers.filter((count) => count === 1).length;
  return [
    {
      what: 'rollouts with exactly one handover',
      measured: `${exactlyOne} of ${rollouts} (handovers: ${handovers.join(' ')})`,
      target: 'all',
      met: exactlyOne === rollouts,
    },
  ];
}
