import { isIPv6 } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../../base/clock.ts';
import { textOf } from '../../../base/error-text.ts';
import type { JsonObject } from '../../../base/json.ts';
import type { Log } from '../../../base/log.ts';
import { ModeLog } from '../../../base/mode-log.ts';
import { ConflictError } from '../election/resource-lock.ts';
import { Wakeup } from '../election/wakeup.ts';
import { annotationsOf, withAnnotation } from './kube-object.ts';
import type { LockConnection } from './lock-connection.ts';

/** The annotation with the fencing token of the term in which the slice was written. */
export const fencingTokenAnnotation = 'leader-elector/fencing-token';

/** What the leader's Service leads to while this pod leads. */
export interface LeaderSliceOptions extends Pick<LockConnection, 'client' | 'namespace'> {
  /** The EndpointSlice's name. It exists already, with its `addressType`, its `ports` and the label that names its Service. */
  readonly name: string;
  readonly pod: { readonly name: string; readonly uid: string; readonly ip: string };
  readonly clock: Clock;
  readonly log: Log;
  /** After a failure. */
  readonly retryPeriodMs: number;
  /** How often a leader looks whether the slice still leads to it. */
  readonly checkPeriodMs: number;
}

/** Who may lead. It emits `change` whenever that may be another. */
interface Leader {
  /** The fencing token of the term under way; null where it does not lead. */
  readonly fencingToken: string | null;
  on(event: 'change', listener: () => void): unknown;
  off(event: 'change', listener: () => void): unknown;
}

/**
 * The EndpointSlice of a Service without a selector, which leads to the leader alone. Each write is conditional, and none goes over that of a
 * later term: who comes late, or wakes from a freeze, changes nothing once the later leader has written. A request may still reach a pod
 * that no longer leads, which is why that pod has to refuse it.
 */
export class LeaderSlice {
  readonly #options: LeaderSliceOptions;
  readonly #path: string;
  readonly #wakeup: Wakeup;
  readonly #outcomes: ModeLog;

  constructor(options: LeaderSliceOptions) {
    const { namespace, name, clock } = options;
    this.#options = options;
    this.#path = `/apis/discovery.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/endpointslices/${encodeURIComponent(name)}`;
    this.#wakeup = new Wakeup(clock);
    this.#outcomes = new ModeLog(options);
  }

  /**
   * Lets the Service lead here in each of `leader`'s terms, until `signal` aborts, and nowhere after each until the next leader lets it lead to
   * itself: the address may become that of a pod that knows nothing of elections. Never rejects.
   */
  async follow(leader: Leader, signal: AbortSignal): Promise<void> {
    const { clock, checkPeriodMs, retryPeriodMs } = this.#options;
    const wake = () => this.#wakeup.notify();
    leader.on('change', wake);
    signal.addEventListener('abort', wake);
    let attempted: string | null = null;
    let nextAt = -Infinity;
    while (!signal.aborted) {
      const token = leader.fencingToken;
      if (token === null) {
        if (attempted !== null) await this.#pointNowhere(attempted);
        attempted = null;
        await this.#wakeup.sleepUntil(Infinity);
        continue;
      }
      if (token !== attempted || clock.monotonic() >= nextAt) {
        attempted = token;
        const isDone = await this.#pointHere(token);
        nextAt = clock.monotonic() + (isDone ? checkPeriodMs : retryPeriodMs);
      }
      await this.#wakeup.sleepUntil(nextAt);
    }
    if (attempted !== null) await this.#pointNowhere(attempted);
    leader.off('change', wake);
    signal.removeEventListener('abort', wake);
  }

  /** Returns whether the slice is as it should be. Never rejects. */
  async #pointHere(token: string): Promise<boolean> {
    try {
      await this.#write(token);
      return true;
    } catch (error) {
      // Somebody else has written meanwhile: what it is now has to be seen first.
      if (error instanceof ConflictError) return this.#pointHere(token);
      this.#outcomes.is('warn', "the leader's Service cannot be led here", { error: textOf(error) });
      return false;
    }
  }

  /** Takes back what was written in the term of `token`, and only that. Never rejects. */
  async #pointNowhere(token: string): Promise<void> {
    const { client } = this.#options;
    try {
      const slice = await client.request('GET', this.#path);
      if (annotationsOf(slice)[fencingTokenAnnotation] !== token) return;
      await client.request('PUT', this.#path, { ...slice, endpoints: [] });
    } catch (error) {
      if (error instanceof ConflictError) return this.#pointNowhere(token);
      // The next leader will write over it.
    }
  }

  async #write(token: string): Promise<void> {
    const { client, pod } = this.#options;
    const slice = await client.request('GET', this.#path);
    if (isLater(annotationsOf(slice)[fencingTokenAnnotation], token)) return;
    this.#requireFamily(slice);
    const leading = withAnnotation(
      { ...slice, endpoints: [endpointOf(pod, this.#options.namespace)] },
      fencingTokenAnnotation,
      token,
    );
    if (!isDeepStrictEqual(leading, slice)) await client.request('PUT', this.#path, leading);
    this.#outcomes.is('info', "the leader's Service leads here");
  }

  #requireFamily({ addressType }: JsonObject): void {
    const { name, pod } = this.#options;
    const family = isIPv6(pod.ip) ? 'IPv6' : 'IPv4';
    if (addressType !== family) {
      throw new Error(
        `the EndpointSlice "${name}" is of addressType ${JSON.stringify(addressType)}, this pod's address ${pod.ip} needs one of ${family}`,
      );
    }
  }
}

function endpointOf(pod: LeaderSliceOptions['pod'], namespace: string): JsonObject {
  return {
    addresses: [pod.ip],
    conditions: { ready: true },
    targetRef: { kind: 'Pod', namespace, name: pod.name, uid: pod.uid },
  };
}

/** Whether the slice was written in a later term than that of `token`. What is no token was written by somebody else. */
function isLater(written: unknown, token: string): boolean {
  return typeof written === 'string' && /^\d+$/.test(written) && BigInt(written) > BigInt(token);
}
