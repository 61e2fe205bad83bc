import type { Contender, Start } from './contender.ts';

/** A leader who went, and when another was heard to say that it leads. */
export interface Succession {
  /** The name of the leader who went. */
  readonly before: string;
  /** By `performance.now()`. */
  readonly leadsAt: number;
}

/** An election whose leader goes again and again. */
export class SuccessionElection<C extends Contender> {
  readonly #start: Start<C>;
  #leader: C;
  #standbys: readonly C[] = [];
  #started = 1;

  private constructor(start: Start<C>, leader: C) {
    this.#start = start;
    this.#leader = leader;
  }

  /** Starts a leader. */
  static async begin<C extends Contender>(start: Start<C>): Promise<SuccessionElection<C>> {
    const leader = await start('candidate-1');
    await leader.leads();
    return new SuccessionElection(start, leader);
  }

  get standbys(): readonly C[] {
    return this.#standbys;
  }

  /** Starts as many standbys as are missing, one after the other; all name the leader when this resolves. */
  async fillUp(standbys: number): Promise<void> {
    while (this.#standbys.length < standbys) {
      this.#started += 1;
      this.#standbys = [...this.#standbys, await this.#start(`candidate-${this.#started}`)];
      await this.#areAgreed();
    }
  }

  /** Makes the leader go in this way; another leads, and the remaining standbys name it, when this resolves. */
  async succeed(go: (leader: C) => Promise<void>): Promise<Succession> {
    const before = this.#leader;
    const successors = this.#standbys.map(async (standby) => ({ standby, leadsAt: await standby.leads() }));
    const [{ standby: successor, leadsAt }] = await Promise.all([Promise.race(successors), go(before)]);
    this.#leader = successor;
    this.#standbys = this.#standbys.filter((standby) => standby !== successor);
    await this.#areAgreed();
    return { before: before.name, leadsAt };
  }

  async end(): Promise<void> {
    await Promise.all([...this.#standbys, this.#leader].map((contender) => contender.end()));
  }

  async #areAgreed(): Promise<void> {
    await Promise.all(this.#standbys.map((standby) => standby.names(this.#leader.name)));
  }
}
