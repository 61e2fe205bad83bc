import type { LookupFunction } from 'node:net';
import { delay, now, type Clock } from '../../../base/clock.ts';
import { textOf } from '../../../base/error-text.ts';
import type { Log } from '../../../base/log.ts';
import { getText } from '../get-text.ts';
import type { KnownPods } from './known-pods.ts';
import { oneLookup } from './one-lookup.ts';
import { parsePods } from './pods-answer.ts';

export interface AskPodsOptions {
  /** The Service that all pods are behind. */
  readonly podsUrl: URL;
  /** This pod's own name: the Service may choose this pod, too. */
  readonly podName: string;
  /** Told what another pod has answered. */
  readonly pods: Pick<KnownPods, 'told'>;
  readonly clock: Clock;
  /** Told where no pod answers for long. */
  readonly log: Log;
  /** From 0 up to 1. */
  readonly random?: () => number;
  /** Ends the asking. */
  readonly signal: AbortSignal;
}

// Pods that asked in step would each reach the same pod again and again where a Service chooses in turn.
const [shortestPauseMs, longestPauseMs] = [350, 650];
const timeoutMs = 300;
const attempts = 4;
// While pods come and go some answers fail.
const failuresToLog = 20;

/**
 * Asks `GET /pods` twice a second, each time on a connection of its own: so it is another pod, whichever the Service chooses. Where
 * that is this pod itself, or one that does not answer, it asks again at once, some times. Pods only ever ask, and believe answers
 * alone: whoever can reach a page cannot make one believe in pods that are not there. Resolves when `signal` aborts; never rejects.
 */
export async function askPods(options: AskPodsOptions): Promise<void> {
  const { clock, log, random = Math.random, signal } = options;
  const lookup = oneLookup();
  let failures = 0;
  while (!signal.aborted) {
    const failure = await askAnother(options, lookup);
    failures = failure === null ? 0 : failures + 1;
    if (failures === failuresToLog) log.warn('no other pod answers', { why: failure ?? '' });
    await delay(clock, shortestPauseMs + random() * (longestPauseMs - shortestPauseMs), signal);
  }
}

/** Asks until another pod has answered; null, or why none did. */
async function askAnother(
  { podsUrl, podName, pods, clock, signal }: AskPodsOptions,
  lookup: LookupFunction,
): Promise<string | null> {
  const url = new URL('/pods', podsUrl);
  let failure: string | null = null;
  for (let attempt = 0; attempt < attempts && !signal.aborted; attempt += 1) {
    const askedAt = now(clock);
    try {
      const reports = parsePods(await getText(url, { timeoutMs, clock, signal, lookup }));
      pods.told(reports, askedAt);
      failure = null;
      if (reports[0]?.name !== podName) break;
    } catch (error) {
      failure = textOf(error);
    }
  }
  return failure;
}
