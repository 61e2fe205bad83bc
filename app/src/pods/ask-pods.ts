import { delay, now, type Clock } from '../../../base/clock.ts';
import { textOf } from '../../../base/error-text.ts';
import type { Log } from '../../../base/log.ts';
import { getText } from '../get-text.ts';
import type { KnownPods } from './known-pods.ts';
import { parsePods } from './pods-answer.ts';

export interface AskPodsOptions {
  /** The Service that all pods are behind. */
  readonly podsUrl: URL;
  readonly pods: KnownPods;
  readonly clock: Clock;
  /** Told where no pod answers for long. */
  readonly log: Log;
  /** Ends the asking. */
  readonly signal: AbortSignal;
}

const periodMs = 500;
const timeoutMs = 400;
// While pods come and go some answers fail.
const failuresToLog = 20;

/**
 * Asks `GET /pods` twice a second, each time on a connection of its own: so it is another pod, whichever the Service chooses. Pods
 * only ever ask, and believe answers alone: whoever can reach a page cannot make one believe in pods that are not there.
 * Resolves when `signal` aborts; never rejects.
 */
export async function askPods({ podsUrl, pods, clock, log, signal }: AskPodsOptions): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    const askedAt = now(clock);
    try {
      pods.told(parsePods(await getText(new URL('/pods', podsUrl), { timeoutMs, clock, signal })), askedAt);
      failures = 0;
    } catch (error) {
      failures += 1;
      if (failures === failuresToLog) log.warn('no other pod answers', { why: textOf(error) });
    }
    await delay(clock, periodMs, signal);
  }
}
