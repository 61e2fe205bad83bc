import type { Clock } from '../../base/clock.ts';
import { cameBack, type Handover } from '../page/handovers.ts';
import type { PodReport } from '../page/message.ts';
import type { HeardElection } from './heard-election.ts';

/** A leader in one term, and when its app had started: monotonic time in milliseconds. */
interface SeenTerm {
  readonly leader: string;
  readonly leaderTransitions: number;
  readonly startedAt: number;
}

// What pods tell each other looks older than it is, by as long as the answers took.
const leastDifferenceMs = 2000;

/** Notices a leader that ended without a word and leads on: it says that it leads, in the same term, and that its app is younger. */
export class Comebacks {
  readonly #clock: Clock;
  readonly #election: HeardElection;
  #before: SeenTerm | null = null;

  constructor(clock: Clock, election: HeardElection) {
    this.#clock = clock;
    this.#election = election;
  }

  /** Another pod has told this. Returns what it shows; null where the leader is not seen to have come back. */
  told(reports: readonly PodReport[]): Handover | null {
    const now = this.#term(reports);
    if (now === null) return null;
    const before = this.#before;
    const { leader, leaderTransitions, startedAt } = now;
    const isSameTerm = before?.leader === leader && before.leaderTransitions === leaderTransitions;
    const isYounger = isSameTerm && startedAt - before.startedAt > leastDifferenceMs;
    // Always the latest: the clocks of two machines drift apart, in days by more than a start takes.
    this.#before = now;
    if (!isYounger) return null;
    const at = this.#clock.wall() - (this.#clock.monotonic() - startedAt);
    return { from: leader, to: leader, because: cameBack, at, tookMs: null, leaderTransitions };
  }

  #term(reports: readonly PodReport[]): SeenTerm | null {
    const election = this.#election.state();
    if (election.state !== 'following') return null;
    const { leader } = election;
    const upMs = reports.find(({ name, role }) => name === leader && role === 'leading')?.upMs ?? null;
    if (upMs === null) return null;
    const leaderTransitions = this.#election.leaderTransitions ?? 0;
    return { leader, leaderTransitions, startedAt: this.#clock.monotonic() - upMs };
  }
}
