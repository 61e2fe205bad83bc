import { PodStandIn } from '../pod-stand-in.ts';
import { ServicePort } from '../service-port.ts';

const leaseMs = 10_000;
const set = 'leader-elector-65468dd656';

/** Whom the electors name as leader, and how fresh the lease is. */
export interface Staged {
  /** The last five characters of the leader's name; null: nobody leads. */
  readonly leader: string | null;
  readonly expiresInMs: number | null;
  readonly leaderTransitions: number;
}

/** Three pods behind a Service, in an election in which everything happens when it is wanted. */
export class StagedElection {
  readonly service: ServicePort;
  readonly pods: readonly PodStandIn[];

  private constructor(service: ServicePort, pods: readonly PodStandIn[]) {
    this.service = service;
    this.pods = pods;
  }

  static async start(names: readonly string[]): Promise<StagedElection> {
    const service = await ServicePort.open();
    const pods = await Promise.all(
      names.map((name, at) =>
        PodStandIn.start(podNamed(name), {
          podsUrl: new URL(service.url),
          ip: `10.244.0.${21 + at}`,
          leaseDurationMs: leaseMs,
        }),
      ),
    );
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

  /** What all electors say. */
  is({ leader, expiresInMs, leaderTransitions }: Staged): void {
    const name = leader === null ? '' : podNamed(leader);
    for (const { name: own, elector } of this.pods) {
      const right =
        own === name ? { isLeader: true, validForMs: 6000, fencingToken: '281064' } : { isLeader: false };
      elector.say({ name, expiresInMs, leaderTransitions, ...right });
    }
  }

  /** What all electors tell of the past. */
  tell(
    ...handovers: readonly {
      from: string;
      to: string;
      because: string;
      agoMs: number;
      tookMs: number | null;
    }[]
  ) {
    const told = handovers.map(({ from, to, because, agoMs, tookMs }, at) => ({
      from: from === '' ? '' : podNamed(from),
      to: podNamed(to),
      because,
      at: new Date(Date.now() - agoMs).toISOString(),
      tookMs,
      leaderTransitions: 15 - at,
    }));
    for (const { elector } of this.pods) elector.tell(told);
  }

  async stop(): Promise<void> {
    this.service.close();
    await Promise.all(this.pods.map((pod) => pod.stop()));
  }
}

/** The full name of a pod, after its last five characters. */
export function podNamed(suffix: string): string {
  return `${set}-${suffix}`;
}
