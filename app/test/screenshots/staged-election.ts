import { PodStandIn } from '../pod-stand-in.ts';
import { ServicePort } from '../service-port.ts';

const leaseMs = 10_000;
/** So that nothing changes only because a test takes its time. */
const validForMs = 600_000;
const heartbeatMs = 1000;
const set = 'leader-elector-65468dd656';

/** Whom the electors name as leader, and how fresh the lease is. */
export interface Staged {
  /** The last five characters of the leader's name; null: nobody leads. */
  readonly leader: string | null;
  readonly expiresInMs: number | null;
  readonly leaderTransitions: number;
}

/** One pod leads after another, by the last five characters of their names. */
export interface StagedChange {
  readonly former: string;
  readonly leader: string;
  readonly because: string;
  readonly tookMs: number | null;
  /** How long ago that was, in milliseconds. */
  readonly agoMs?: number;
}

/** Three pods behind a Service, in an election in which everything happens when it is wanted. */
export class StagedElection {
  readonly service: ServicePort;
  readonly pods: PodStandIn[];
  readonly #past: object[] = [];
  readonly #heartbeat: NodeJS.Timeout;

  private constructor(service: ServicePort, pods: PodStandIn[]) {
    this.service = service;
    this.pods = pods;
    this.#heartbeat = setInterval(() => {
      for (const { elector } of pods) elector.write(': heartbeat\n\n');
    }, heartbeatMs);
  }

  static async start(names: readonly string[]): Promise<StagedElection> {
    const service = await ServicePort.open();
    const pods = await Promise.all(names.map((name, at) => startPod(name, at, service)));
    const election = new StagedElection(service, pods);
    election.pagesComeFrom(...names);
    return election;
  }

  /** The page, and what pods tell each other, comes from these from now on. */
  pagesComeFrom(...names: readonly string[]): void {
    this.service.leadTo(
      ...this.pods
        .filter(({ name }) => names.some((each) => name === podNamed(each)))
        .map(({ port }) => port),
    );
  }

  /** A pod ends without a word and is started again, elector and app. The pages come from where they came from, but not from it. */
  async restart(name: string): Promise<void> {
    const at = this.pods.findIndex((pod) => pod.name === podNamed(name));
    await this.pods[at]?.stop();
    this.pods[at] = await startPod(name, at, this.service);
  }

  /** What all electors say. */
  is({ leader, expiresInMs, leaderTransitions }: Staged): void {
    const name = leader === null ? '' : podNamed(leader);
    for (const { name: own, elector } of this.pods) {
      const right =
        own === name ? { isLeader: true, validForMs, fencingToken: '281064' } : { isLeader: false };
      elector.say({ name, expiresInMs, leaderTransitions, ...right });
    }
  }

  /** All electors tell of one more change, which has just been seen. `leader` leads after `former`, who is `""` where nobody did. */
  changed({ former, leader, because, tookMs, agoMs = 0 }: StagedChange): void {
    const from = former === '' ? '' : podNamed(former);
    const at = new Date(Date.now() - agoMs).toISOString();
    const leaderTransitions = this.#past.length + 1;
    this.#past.unshift({ from, to: podNamed(leader), because, at, tookMs, leaderTransitions });
    for (const { elector } of this.pods) elector.tell(this.#past);
  }

  async stop(): Promise<void> {
    clearInterval(this.#heartbeat);
    this.service.close();
    await Promise.all(this.pods.map((pod) => pod.stop()));
  }
}

function startPod(name: string, at: number, service: ServicePort): Promise<PodStandIn> {
  return PodStandIn.start(podNamed(name), {
    podsUrl: new URL(service.url),
    ip: `10.244.0.${21 + at}`,
    leaseDurationMs: leaseMs,
  });
}

/** The full name of a pod, after its last five characters. */
export function podNamed(suffix: string): string {
  return `${set}-${suffix}`;
}
