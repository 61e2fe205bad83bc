import type { Contender, Start } from './contender.ts';

/** A leader who went, and when another was heard to say that it leads. */
export interface Succession {
  /** The name of the leader who went. */
  readonly before: string;
  /** By `performance.now()`. */
  readonly leadsAt: number;
}

/** An election whose leader goes again and again, each time replaced by a new standby. */
export class SuccessionElection<C extends Contender> {
  readonly #start: Start<C>;
  #leader: C;
  #standbys: readonly C[] = [];
  #started = 1;

  private constructor(start: Start<C>, leader: C) {
    this.#start = start;
    this.#leader = leader;
  }

  /** Starts a leader, and then those beside it. */
  static async begin<C extends Contender>(start: Start<C>, standbys: number): Promise<SuccessionElection<C>> {
    const leader = await start('candidate-1');
    await leader.leads();
    const election = new SuccessionElection(start, leader);
    await Promise.all(Array.from({ length: standbys }, () => election.#addStandby()));
    return election;
  }

  get standbys(): readonly C[] {
    return this.#standbys;
  }

  /** Makes the leader go in this way; another leads and all standbys name it, a new one among them, when this resolves. */
  async succeed(go: (leader: C) => Promise<void>): Promise<Succession> {
    const before = this.#leader;
    const successors = this.#standbys.map(async (standby) => ({ standby, leadsAt: await standby.leads() }));
    const [{ standby: successor, leadsAt }] = await Promise.all([Promise.race(successors), go(before)]);
    this.#leader = successor;
    this.#standbys = this.#standbys.filter((standby) => standby !== successor);
    await Promise.all(this.#standbys.map((standby) => standby.names(successor.name)));
    await this.#addStandby();
    return { before: before.name, leadsAt };
  }

  async end(): Promise<void> {
    await Promise.all([...this.#standbys, this.#leader].map((contender) => contender.end()));
  }

  async #addStandby(): Promise<void> {
    this.#started += 1;
    const standby = await this.#start(`candidate-${this.#started}`);
    await standby.names(this.#leader.name);
    this.#standbys = [...this.#standbys, standby];
  }
}
