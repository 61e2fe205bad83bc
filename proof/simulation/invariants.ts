import type { ElectionStatus } from '../../elector/src/election/election-status.ts';
import type { SimulatedCandidate } from './simulated-candidate.ts';
import type { SimulatedPod } from './simulated-pod.ts';
import { InvariantViolation } from './world.ts';

interface Term {
  readonly candidate: SimulatedCandidate | null;
  readonly fencingToken: bigint;
}

const noTerm: Term = { candidate: null, fencingToken: 0n };

/**
 * What must hold at every instant of a history. What breaks is kept, and thrown by the next check: an elector that calls back
 * must not catch it.
 */
export class Invariants {
  #newestTerm: Term = noTerm;
  #lastLeader: SimulatedPod | null = null;
  #violation: InvariantViolation | null = null;

  /** The pod that was last seen to lead. */
  get lastLeader(): SimulatedPod | null {
    return this.#lastLeader;
  }

  /** Rule 9: fencing tokens grow from term to term. */
  onTerm(pod: SimulatedPod, fencingToken: string): void {
    const token = tokenOf(fencingToken);
    const { fencingToken: newest } = this.#newestTerm;
    if (token <= newest) {
      this.#violated(
        `fencing token: ${describe(pod)} begins a term with ${fencingToken}, after one with ${newest}`,
      );
    }
    this.#newestTerm = { candidate: pod.candidate, fencingToken: token };
  }

  /** The counter that tokens come from went back: what they are compared with begins anew. */
  forgetTokens(): void {
    this.#newestTerm = noTerm;
  }

  /** An app got an answer: it says one thing, and a "yes" is of the newest term. */
  onAnswer(pod: SimulatedPod, { name, isLeader, fencingToken, validForMs }: ElectionStatus): void {
    const saysYes = [name === pod.name, isLeader, fencingToken !== null, validForMs > 0];
    if (saysYes.some((each) => each !== isLeader)) {
      this.#violated(`answer: ${describe(pod)} contradicts itself, or names a namesake`);
    }
    if (fencingToken === null) {
      this.#checkName(pod, name);
      return;
    }
    const newest = this.#newestTerm;
    if (newest === noTerm) return;
    const isNewest = newest.candidate === pod.candidate && newest.fencingToken === tokenOf(fencingToken);
    if (!isNewest) {
      this.#violated(
        `fencing token: ${describe(pod)} answers ${fencingToken} after ${newest.fencingToken} was given`,
      );
    }
  }

  /** At one instant. `asksElectors`: whether each elector is asked, or only the apps looked at. @throws InvariantViolation */
  check(pods: readonly SimulatedPod[], asksElectors: boolean): void {
    this.#checkLeaders(pods, asksElectors);
    if (asksElectors) this.#checkNames(pods);
    if (this.#violation !== null) throw this.#violation;
  }

  /** At most one pod says "I lead" or acts on it. */
  #checkLeaders(pods: readonly SimulatedPod[], asksElectors: boolean): void {
    const leaders = pods.filter((pod) => (asksElectors && pod.candidate?.leads === true) || pod.appActs);
    this.#lastLeader = leaders[0] ?? this.#lastLeader;
    if (leaders.length > 1) this.#violated(`two leaders: ${leaders.map(describe).join(' and ')}`);
  }

  #checkNames(pods: readonly SimulatedPod[]): void {
    for (const pod of pods) {
      const { candidate } = pod;
      // A leader's answer would count as a grant to somebody (rule 6).
      if (candidate?.process.canRun === true && !candidate.leads) this.#checkName(pod, candidate.ask().name);
    }
  }

  /** Rule 8: a foreign holder is named for one lease after its last observed change. */
  #checkName(pod: SimulatedPod, name: string): void {
    if (name === '' || pod.candidate?.sightings.mayName(name) === true) return;
    this.#violated(`name: ${describe(pod)} names ${name} longer than a lease after its last observed change`);
  }

  #violated(message: string): void {
    this.#violation ??= new InvariantViolation(message);
  }
}

/** What is no number is less than any. */
function tokenOf(text: string): bigint {
  return /^\d+$/.test(text) ? BigInt(text) : -1n;
}

function describe(pod: SimulatedPod): string {
  const says = pod.candidate?.leads === true ? 'its elector says yes' : 'its elector says no';
  return `${pod.options.uid} (${says}, its app ${pod.appActs ? 'acts' : 'does not act'})`;
}
