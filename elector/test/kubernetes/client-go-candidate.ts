import { delay, type Clock } from '../../../base/clock.ts';
import { isJsonObject, type JsonObject } from '../../../base/json.ts';
import { NotFoundError } from '../../src/election/resource-lock.ts';
import type { KubeClient } from '../../src/kubernetes/kube-client.ts';

/** client-go's LeaderElectionConfig, in milliseconds. */
export interface ClientGoConfig {
  readonly leaseDurationMs: number;
  readonly renewDeadlineMs: number;
  readonly retryPeriodMs: number;
}

/** client-go's defaults, and those of Kubernetes' own components. */
export const clientGoDefaults: ClientGoConfig = {
  leaseDurationMs: 15_000,
  renewDeadlineMs: 10_000,
  retryPeriodMs: 2000,
};

const jitterFactor = 1.2;
const collection = '/apis/coordination.k8s.io/v1/namespaces/default/leases';

interface ClientGoRecord {
  readonly holderIdentity: string;
  readonly leaseDurationSeconds: number;
  readonly acquireTime: string;
  readonly renewTime: string;
  readonly leaseTransitions: number;
}

/**
 * A stand-in for a process with client-go's LeaderElector (k8s.io/client-go v0.34, tools/leaderelection) on a Lease, in what it writes and
 * when: `tryAcquireOrRenew` with its fast path, polling every retryPeriod with jitter, giving up after renewDeadline, and ReleaseOnCancel.
 * Like that, it knows the lock by polling alone, and reads what it has not written by its whole spec.
 */
export class ClientGoCandidate {
  readonly identity: string;
  /** Whether it is between OnStartedLeading and OnStoppedLeading. */
  leads = false;
  readonly #client: KubeClient;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #name: string;
  readonly #config: ClientGoConfig;
  #lease: JsonObject = {};
  #observed: ClientGoRecord | null = null;
  #observedText = '';
  #observedAt = 0;

  constructor(
    identity: string,
    name: string,
    {
      client,
      clock,
      random,
    }: { readonly client: KubeClient; readonly clock: Clock; readonly random: () => number },
    config = clientGoDefaults,
  ) {
    this.identity = identity;
    this.#name = name;
    this.#client = client;
    this.#clock = clock;
    this.#random = random;
    this.#config = config;
  }

  /** `Run`: one term at the most. Resolves when that has ended, or `cancel` aborts, after its release. */
  async run(cancel: AbortSignal): Promise<void> {
    const { retryPeriodMs } = this.#config;
    while (!(await this.#tryAcquireOrRenew())) {
      await delay(this.#clock, retryPeriodMs * (1 + this.#random() * jitterFactor), cancel);
      if (cancel.aborted) return;
    }
    this.leads = true;
    while (!cancel.aborted && (await this.#renewWithinDeadline(cancel))) {
      await delay(this.#clock, retryPeriodMs, cancel);
    }
    // Whoever uses ReleaseOnCancel has ended its work before it cancels, as client-go demands.
    this.leads = false;
    await this.#release();
  }

  /** `wait.PollUntilContextTimeout(ctx, RetryPeriod, RenewDeadline, true, …)`. */
  async #renewWithinDeadline(cancel: AbortSignal): Promise<boolean> {
    const { renewDeadlineMs, retryPeriodMs } = this.#config;
    const giveUpAt = this.#clock.monotonic() + renewDeadlineMs;
    while (!(await this.#tryAcquireOrRenew())) {
      await delay(this.#clock, Math.min(retryPeriodMs, giveUpAt - this.#clock.monotonic()), cancel);
      if (cancel.aborted || this.#clock.monotonic() >= giveUpAt) return false;
    }
    return true;
  }

  async #tryAcquireOrRenew(): Promise<boolean> {
    try {
      if (this.#isLeader && this.#isLeaseValid && (await this.#update(this.#renewal()))) return true;
      if (!(await this.#get())) return await this.#create();
      const isHeld = this.#observed?.holderIdentity !== '';
      if (isHeld && this.#isLeaseValid && !this.#isLeader) return false;
      return await this.#update(this.#renewal());
    } catch {
      return false;
    }
  }

  /** It reads the Lease for its version, and goes by what it observed before. */
  async #release(): Promise<void> {
    try {
      if (!(await this.#read()) || !this.#isLeader) return;
      const time = this.#time();
      const { leaseTransitions = 0 } = this.#observed ?? {};
      await this.#update({
        holderIdentity: '',
        leaseDurationSeconds: 1,
        acquireTime: time,
        renewTime: time,
        leaseTransitions,
      });
    } catch {
      // It has no second try.
    }
  }

  get #isLeader(): boolean {
    return this.#observed?.holderIdentity === this.identity;
  }

  get #isLeaseValid(): boolean {
    const leaseMs = (this.#observed?.leaseDurationSeconds ?? 0) * 1000;
    return this.#observedAt + leaseMs > this.#clock.monotonic();
  }

  #renewal(): ClientGoRecord {
    const time = this.#time();
    const { acquireTime = time, leaseTransitions = 0 } = this.#observed ?? {};
    return {
      holderIdentity: this.identity,
      leaseDurationSeconds: this.#config.leaseDurationMs / 1000,
      acquireTime: this.#isLeader ? acquireTime : time,
      renewTime: time,
      leaseTransitions: this.#isLeader ? leaseTransitions : leaseTransitions + 1,
    };
  }

  /** Returns whether there is a Lease. */
  async #read(): Promise<boolean> {
    try {
      this.#lease = await this.#client.request('GET', `${collection}/${this.#name}`);
      return true;
    } catch (error) {
      if (error instanceof NotFoundError) return false;
      throw error;
    }
  }

  /** Reads the Lease and observes its record, if there is one. */
  async #get(): Promise<boolean> {
    if (!(await this.#read())) return false;
    const record = recordIn(this.#lease);
    const text = JSON.stringify(record);
    if (text !== this.#observedText) this.#observe(record);
    this.#observedText = text;
    return true;
  }

  async #create(): Promise<boolean> {
    const spec = { ...this.#renewal(), leaseTransitions: 0 };
    const metadata = { name: this.#name, namespace: 'default' };
    const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec };
    this.#lease = await this.#client.request('POST', collection, lease);
    this.#observe(spec);
    return true;
  }

  /** The Lease as last read, with this record; returns whether the condition held. */
  async #update(record: ClientGoRecord): Promise<boolean> {
    try {
      const lease = { ...this.#lease, spec: record };
      this.#lease = await this.#client.request('PUT', `${collection}/${this.#name}`, lease);
    } catch {
      return false;
    }
    this.#observe(record);
    return true;
  }

  #observe(record: ClientGoRecord): void {
    this.#observed = record;
    this.#observedAt = this.#clock.monotonic();
  }

  /** metav1.MicroTime. */
  #time(): string {
    return new Date(this.#clock.wall()).toISOString().replace('Z', '000Z');
  }
}

function recordIn({ spec }: JsonObject): ClientGoRecord {
  const fields = isJsonObject(spec) ? spec : {};
  const text = (name: string) => (typeof fields[name] === 'string' ? fields[name] : '');
  return {
    holderIdentity: text('holderIdentity'),
    leaseDurationSeconds: Number(fields['leaseDurationSeconds'] ?? 0),
    acquireTime: text('acquireTime'),
    renewTime: text('renewTime'),
    leaseTransitions: Number(fields['leaseTransitions'] ?? 0),
  };
}
