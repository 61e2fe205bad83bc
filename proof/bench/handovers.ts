import { setTimeout as pause } from 'node:timers/promises';
import type { BenchCluster } from './bench-cluster.ts';
import type { Contender, Start } from './contender.ts';
import { LockHistory } from './lock-history.ts';
import { SuccessionElection } from './succession-election.ts';

/** An election in which the lock is handed over. */
export interface HandoverOptions<C extends Contender> {
  readonly election: string;
  readonly start: Start<C>;
  /** How many stand beside the leader. */
  readonly standbys: number;
  /** Makes the leader hand over. */
  readonly leave: (leader: C) => Promise<void>;
  /** The longest random pause before each handover, in milliseconds, so that it comes at no particular moment of a schedule. */
  readonly longestPauseMs: number;
}

/** Hands an election over, and times it. */
export class Handovers<C extends Contender> {
  readonly #options: HandoverOptions<C>;
  readonly #history: LockHistory;
  readonly #election: SuccessionElection<C>;

  private constructor(options: HandoverOptions<C>, history: LockHistory, election: SuccessionElection<C>) {
    this.#options = options;
    this.#history = history;
    this.#election = election;
  }

  static async begin<C extends Contender>(
    cluster: BenchCluster,
    options: HandoverOptions<C>,
  ): Promise<Handovers<C>> {
    const history = new LockHistory(cluster.lock(options.election));
    return new Handovers(options, history, await SuccessionElection.begin(options.start, options.standbys));
  }

  /** Hands over so many times. Returns the milliseconds from the arrival of each release until another was heard to lead. */
  async times(count: number): Promise<number[]> {
    const times: number[] = [];
    while (times.length < count) {
      await pause(Math.random() * this.#options.longestPauseMs);
      const since = performance.now();
      const { leadsAt } = await this.#election.succeed(this.#options.leave);
      times.push(leadsAt - (await this.#history.releasedAt(since)));
    }
    return times;
  }

  async end(): Promise<void> {
    await this.#election.end();
    await this.#history.end();
  }
}

/** As `Handovers.times`, in so many elections side by side, whose names begin with `election`. */
export async function handoverTimes<C extends Contender>(
  cluster: BenchCluster,
  options: Omit<HandoverOptions<C>, 'start'> & { readonly start: (election: string) => Start<C> },
  { elections, handovers }: Batch,
): Promise<number[]> {
  const names = Array.from({ length: elections }, (_, index) => `${options.election}-${index + 1}`);
  const all = names.map(async (election) => {
    const started = await Handovers.begin(cluster, { ...options, election, start: options.start(election) });
    const times = await started.times(handovers);
    await started.end();
    return times;
  });
  return (await Promise.all(all)).flat();
}

/** How many elections side by side, and how many handovers in each. */
export interface Batch {
  readonly elections: number;
  readonly handovers: number;
}
