import { setTimeout as pause } from 'node:timers/promises';
import type { BenchCluster } from './bench-cluster.ts';
import { LockHistory } from '../observation/lock-history.ts';

/** A candidate under measurement. */
export interface Contender {
  readonly name: string;
  /** Resolves with the moment at which it was heard to say that it leads, by `performance.now()`. */
  leads(): Promise<number>;
  /** Resolves once it names this leader. */
  names(leader: string): Promise<unknown>;
  /** Ends it. */
  end(): Promise<void>;
}

/** Starts a contender with this name. */
export type Start<C extends Contender> = (name: string) => Promise<C>;

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
  readonly #options: TimedElectionOptions<C>;
  readonly #history: LockHistory;
  #leader: C;
  #standbys: readonly C[] = [];
  #started = 1;

  private constructor(options: TimedElectionOptions<C>, history: LockHistory, leader: C) {
    this.#options = options;
    this.#history = history;
    this.#leader = leader;
  }

  /** Starts a leader, and then those beside it. */
  static async begin<C extends Contender>(
    cluster: BenchCluster,
    options: TimedElectionOptions<C>,
  ): Promise<TimedElection<C>> {
    const history = new LockHistory(cluster.lock(options.election));
    const leader = await options.start('candidate-1');
    await leader.leads();
    const election = new TimedElection(options, history, leader);
    await election.#fillUp();
    return election;
  }

  get standbys(): readonly C[] {
    return this.#standbys;
  }

  /** The leader goes, and releases the lock. Returns the milliseconds from the release's arrival until another was heard to lead. */
  async handOver(leave: (leader: C) => Promise<void>): Promise<number> {
    await this.#fillUp();
    await this.#pause();
    const since = performance.now();
    const leadsAt = await this.#succeed(leave);
    return leadsAt - (await this.#history.releasedAt(since));
  }

  /**
   * The leader goes without a word. Returns by how many milliseconds after the end of its lease another was heard to lead; the
   * lease, in seconds, counts from the arrival of the last renewal.
   */
  async takeOver(leaseDuration: number, go: (leader: C) => Promise<void>): Promise<number> {
    await this.#fillUp();
    await this.#history.renewed();
    await this.#pause();
    const { name } = this.#leader;
    const leadsAt = await this.#succeed(go);
    return leadsAt - this.#history.lastRenewalOf(name) - leaseDuration * 1000;
  }

  async end(): Promise<void> {
    await Promise.all([...this.#standbys, this.#leader].map((contender) => contender.end()));
    await this.#history.end();
  }

  /** Starts as many standbys as are missing, one after the other; all name the leader when this resolves. */
  async #fillUp(): Promise<void> {
    while (this.#standbys.length < this.#options.standbys) {
      this.#started += 1;
      this.#standbys = [...this.#standbys, await this.#options.start(`candidate-${this.#started}`)];
      await this.#areAgreed();
    }
  }

  /** Makes the leader go in this way. Another leads, and the remaining standbys name it, when this resolves, with when that was heard. */
  async #succeed(go: (leader: C) => Promise<void>): Promise<number> {
    const successors = this.#standbys.map(async (standby) => ({ standby, leadsAt: await standby.leads() }));
    const [{ standby: successor, leadsAt }] = await Promise.all([Promise.race(successors), go(this.#leader)]);
    this.#leader = successor;
    this.#standbys = this.#standbys.filter((standby) => standby !== successor);
    await this.#areAgreed();
    return leadsAt;
  }

  async #areAgreed(): Promise<void> {
    await Promise.all(this.#standbys.map((standby) => standby.names(this.#leader.name)));
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
