import type { ElectionStatus } from '../../elector/src/election-status.ts';
import type { Candidate } from './candidate.ts';
import type { Pod } from './pod.ts';
import { Violation } from './world.ts';

interface Term {
  readonly candidate: Candidate | null;
  readonly fencingToken: bigint;
}

/** What must hold at every instant of a history. Each throws a Violation where it does not. */
export class Invariants {
  #newestTerm: Term = { candidate: null, fencingToken: 0n };
  #lastLeader: Pod | null = null;

  /** The pod that was last seen to lead. */
  get lastLeader(): Pod | null {
    return this.#lastLeader;
  }

  /** Rule 9: fencing tokens grow from term to term. */
  onTerm(pod: Pod, fencingToken: string): void {
    const token = tokenOf(fencingToken, pod);
    const { fencingToken: newest } = this.#newestTerm;
    if (token <= newest) {
      throw new Violation(`fencing token: ${describe(pod)} begins a term with ${token}, after one with ${newest}`);
    }
    this.#newestTerm = { candidate: pod.candidate, fencingToken: token };
  }

  /** An app got an answer: it says one thing, and a "yes" is of the newest term. */
  onAnswer(pod: Pod, { name, isLeader, fencingToken, validForMs }: ElectionStatus): void {
    const saysYes = [name === pod.name, isLeader, fencingToken !== null, validForMs > 0];
    if (saysYes.some((each) => each !== isLeader)) {
      throw new Violation(`answer: ${describe(pod)} contradicts itself, or names a namesake`);
    }
    if (fencingToken === null) return this.checkName(pod, name);
    const newest = this.#newestTerm;
    const isNewest = newest.candidate === pod.candidate && newest.fencingToken === tokenOf(fencingToken, pod);
    if (!isNewest) {
      throw new Violation(
        `fencing token: ${describe(pod)} answers ${fencingToken} after ${newest.fencingToken} was given`,
      );
    }
  }

  /** Rule 8: a foreign holder is named for one lease after its last observed change. */
  checkName(pod: Pod, name: string): void {
    if (name === '' || pod.candidate?.sightings.mayName(name) === true) return;
    throw new Violation(`name: ${describe(pod)} names ${name} longer than a lease after its last observed change`);
  }

  /** At most one pod says "I lead" or acts on it. `asksElectors`: whether each elector is asked, or only its app looked at. */
  checkLeaders(pods: Iterable<Pod>, asksElectors: boolean): void {
    let leader: Pod | null = null;
    for (const pod of pods) {
      const leads = asksElectors && pod.candidate?.leads === true;
      if (!leads && !pod.appActs) continue;
      if (leader !== null) throw new Violation(`two leaders: ${describe(leader)} and ${describe(pod)}`);
      leader = pod;
    }
    this.#lastLeader = leader ?? this.#lastLeader;
  }

  /** As `onAnswer`, for names alone and without an app that asks. */
  checkNames(pods: Iterable<Pod>): void {
    for (const pod of pods) {
      const { candidate } = pod;
      if (candidate?.process.canRun !== true || candidate.leads) continue;
      this.checkName(pod, candidate.ask().name);
    }
  }
}

function tokenOf(text: string, pod: Pod): bigint {
  if (!/^\d+$/.test(text)) throw new Violation(`fencing token: ${describe(pod)} gives ${JSON.stringify(text)}`);
  return BigInt(text);
}

function describe(pod: Pod): string {
  const says = pod.candidate?.leads === true ? 'its elector says yes' : 'its elector says no';
  return `${pod.options.uid} (${says}, its app ${pod.appActs ? 'acts' : 'does not act'})`;
}
