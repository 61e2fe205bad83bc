import { setTimeout as pause } from 'node:timers/promises';
import type { BenchCluster } from './bench-cluster.ts';
import type { Contender, Start } from './contender.ts';
import { LockHistory } from './lock-history.ts';
import { SuccessionElection } from './succession-election.ts';

/** How an election begins. */
export interface TimedElectionOptions<C extends Contender> {
  /** The election's name. */
  readonly election: string;
  readonly start: Start<C>;
  /** How many stand beside the leader. */
  readonly standbys: number;
  /** The longest random pause before a leader goes, in milliseconds, so that it goes at no particular moment of a schedule. */
  readonly longestPauseMs: number;
}

/** An election whose successions are timed, by what a bystander sees of the lock. */
export class TimedElection<C extends Contender> {
  readonly #election: SuccessionElection<C>;
  readonly #history: LockHistory;
  readonly #options: TimedElectionOptions<C>;

  private constructor(
    election: SuccessionElection<C>,
    history: LockHistory,
    options: TimedElectionOptions<C>,
  ) {
    this.#election = election;
    this.#history = history;
    this.#options = options;
  }

  /** Starts a leader, and then those beside it. */
  static async begin<C extends Contender>(
    cluster: BenchCluster,
    options: TimedElectionOptions<C>,
  ): Promise<TimedElection<C>> {
    const history = new LockHistory(cluster.lock(options.election));
    const election = await SuccessionElection.begin(options.start);
    await election.fillUp(options.standbys);
    return new TimedElection(election, history, options);
  }

  get standbys(): readonly C[] {
    return this.#election.standbys;
  }

  /** The leader goes, and releases the lock. Returns the milliseconds from the release's arrival until another was heard to lead. */
  async handOver(leave: (leader: C) => Promise<void>): Promise<number> {
    await this.#election.fillUp(this.#options.standbys);
    await this.#pause();
    const since = performance.now();
    const { leadsAt } = await this.#election.succeed(leave);
    return leadsAt - (await this.#history.releasedAt(since));
  }

  /**
   * The leader goes without a word. Returns by how many milliseconds after the end of its lease another was heard to lead; the
   * lease, in seconds, counts from the arrival of the last renewal.
   */
  async takeOver(leaseDuration: number, go: (leader: C) => Promise<void>): Promise<number> {
    await this.#election.fillUp(this.#options.standbys);
    await this.#history.renewed();
    await this.#pause();
    const { before, leadsAt } = await this.#election.succeed(go);
    return leadsAt - this.#history.lastRenewalOf(before) - leaseDuration * 1000;
  }

  async end(): Promise<void> {
    await this.#election.end();
    await this.#history.end();
  }

  async #pause(): Promise<void> {
    await pause(Math.random() * this.#options.longestPauseMs);
  }
}

/** Times `count` elections side by side, whose names begin with `name`. */
export async function sideBySide(
  count: number,
  name: string,
  time: (election: string) => Promise<number[]>,
): Promise<number[]> {
  const elections = Array.from({ length: count }, (_, index) => time(`${name}-${index + 1}`));
  return (await Promise.all(elections)).flat();
}
