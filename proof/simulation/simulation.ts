import type { LockKind } from '../../base/lock-kinds.ts';
import { durationsOf } from '../../elector/src/election/leader-election-config.ts';
import { SimulatedApiServer } from './simulated-api-server.ts';
import type { ElectorModule } from './elector-under-test.ts';
import { injectFault } from './faults.ts';
import type { FaultyHistory } from './faults/fault.ts';
import { Invariants } from './invariants.ts';
import { SimulatedLeaderService, simulatedServiceName } from './leader-service.ts';
import { Link } from './link.ts';
import { Machine, slowestRate } from './machine.ts';
import { SimulatedPod } from './simulated-pod.ts';
import { kindOf, pathsOf, skipsStep } from './rollout.ts';
import type { Rollout } from './rollout.ts';
import type { PlannedFault, Scenario } from './scenario.ts';
import { recordOf } from './sightings.ts';
import { InvariantViolation, World } from './world.ts';

const longestBackoffMs = 1000;
const skippedStepLeases = 6;
// For the messages of a takeover and its contest delay.
const takeoverMs = 150;

/** One history: a scenario's pods, its faults, and what must hold. */
export class Simulation implements FaultyHistory {
  readonly scenario: Scenario;
  readonly world: World;
  readonly server: SimulatedApiServer;
  readonly invariants = new Invariants();
  readonly leaderService: SimulatedLeaderService | null;
  readonly locks: Rollout;
  readonly lockPaths: readonly string[];
  readonly leaseMs: number;
  readonly #elector: ElectorModule;
  readonly #longestLeaseMs: number;
  readonly #slots: SimulatedPod[];
  /** Pods that were replaced and may still run. */
  readonly #replaced = new Set<SimulatedPod>();
  #uids = 0;
  /** True time up to which the last message, and the last pause a server asked for, will be over. */
  #quietFrom = 0;
  /** True time up to which a lock that vanished may still have a leader. */
  #vanishedUntil = 0;
  /** True time up to which nobody may start who cannot know that somebody may lead. */
  #noNewcomersUntil = 0;

  constructor(scenario: Scenario, elector: ElectorModule, keepsLines = false) {
    this.scenario = scenario;
    this.#elector = elector;
    this.world = new World(scenario.seed, keepsLines);
    this.server = new SimulatedApiServer(this.world);
    this.leaderService = scenario.hasLeaderService ? new SimulatedLeaderService(this.server) : null;
    this.locks = scenario.locks;
    this.lockPaths = pathsOf(scenario.locks);
    this.leaseMs = scenario.leaseDuration * 1000;
    this.#longestLeaseMs = Math.max(
      ...scenario.pods.map(({ otherLease }) => otherLease * 1000),
      this.leaseMs,
    );
    this.#slots = scenario.pods.map(({ clockRate, otherLease, ...pod }, slot) =>
      this.#createPod(`pod-${slot}`, {
        machine: new Machine(this.world, clockRate, 2 * this.#longestLeaseMs),
        lock: scenario.locks.from,
        leaseDuration: otherLease || scenario.leaseDuration,
        ...pod,
      }),
    );
  }

  /** Runs the history to its end. @throws InvariantViolation */
  async run(): Promise<void> {
    for (const pod of this.#slots) this.#startPod(pod);
    const endMs = this.#scheduleFaults();
    await this.world.run(Math.round(endMs * 1000), () => this.#check());
    await this.#recover();
  }

  startElector(pod: SimulatedPod, lock?: LockKind): void {
    if (pod.isElectorRunning || !this.#slots.includes(pod)) return;
    if (this.#isVanished || this.world.now < this.#noNewcomersUntil)
      this.world.after(100, () => this.startElector(pod, lock));
    else pod.startElector(lock);
  }

  replace(pod: SimulatedPod, afterMs: number, keepsName: boolean, lock = pod.lock): void {
    const slot = this.#slots.indexOf(pod);
    if (slot < 0) return;
    const { machine, leaseDuration, isLibrary, opensEvents, namesSuccessors } = pod.options;
    const name = keepsName ? pod.name : `pod-${slot}-${this.#uids}`;
    const successor = this.#createPod(name, {
      machine,
      lock,
      leaseDuration,
      isLibrary,
      opensEvents,
      namesSuccessors,
    });
    this.#slots[slot] = successor;
    this.#replaced.add(pod);
    this.world.after(afterMs, () => this.#startPod(successor));
    this.world.after(2 * this.#longestLeaseMs, () => {
      pod.end();
      this.#replaced.delete(pod);
    });
  }

  /**
   * Not done while a candidate runs that never saw a holder: that is not promised.
   * Nor in a fleet of differing leases, where the last lease that was seen is waited out, or of differing locks, where some look at a
   * lock only now and then.
   */
  vanish(path: string, how: () => unknown): boolean {
    const pods = this.#pods.filter((pod) => pod.isElectorRunning);
    if (this.#isMixed || !this.#hasRecord(path) || !pods.every((pod) => pod.candidate?.sightings.sawHolder))
      return false;
    how();
    this.#vanishedUntil = this.world.now + (this.#longestLeaseMs / slowestRate) * 1000;
    return true;
  }

  /**
   * As when etcd is restored from a backup. Only while each candidate that runs has seen newer
   * versions, by which it can tell; and not in a fleet of differing leases or locks, as above. Fencing tokens begin anew.
   */
  restore(changes: number): boolean {
    const version = this.server.objects.versions.at(-1 - changes);
    const pods = this.#pods.filter((pod) => pod.isElectorRunning);
    const canTell = (pod: SimulatedPod, since: number) =>
      this.lockPaths.every((path) => pod.candidate?.sightings.hasSeenSince(kindOf(path), since));
    if (this.#isMixed || version === undefined || !pods.every((pod) => canTell(pod, version))) return false;
    if (!this.server.restore(version)) return false;
    this.invariants.forgetTokens();
    this.leaderService?.forgetTokens();
    this.#noNewcomersUntil = this.world.now + (this.#longestLeaseMs / slowestRate) * 1000;
    this.waitsForLease();
    return true;
  }

  get #isMixed(): boolean {
    const { from, to } = this.locks;
    return this.scenario.pods.some(({ otherLease }) => otherLease !== 0) || from !== to;
  }

  #hasRecord(path: string): boolean {
    const object = this.server.objects.read(path);
    return object !== null && recordOf(object) !== null;
  }

  waitsForLease(): void {
    this.#quietFrom = Math.max(this.#quietFrom, this.world.now + (this.#longestLeaseMs * 1000) / slowestRate);
  }

  get #isVanished(): boolean {
    return this.world.now < this.#vanishedUntil && !this.lockPaths.every((path) => this.#hasRecord(path));
  }

  get #pods(): readonly SimulatedPod[] {
    return [...this.#slots, ...this.#replaced];
  }

  #createPod(
    name: string,
    own: Pick<
      SimulatedPod['options'],
      'machine' | 'lock' | 'leaseDuration' | 'isLibrary' | 'opensEvents' | 'namesSuccessors'
    >,
  ): SimulatedPod {
    const { world, server, invariants } = this;
    return new SimulatedPod({
      ...own,
      world,
      server,
      elector: this.#elector,
      identity: name,
      leaderService: this.leaderService === null ? null : simulatedServiceName,
      podNames: () => this.#pods.map((pod) => pod.name),
      uid: `${name}/${++this.#uids}`,
      link: new Link(world, (until) => (this.#quietFrom = Math.max(this.#quietFrom, until))),
      onTerm: (pod, fencingToken) => invariants.onTerm(pod, fencingToken),
      onAnswer: (pod, status) => {
        world.record(`${pod.options.uid} answers ${JSON.stringify(status)}`);
        invariants.onAnswer(pod, status);
      },
      onThrottled: () => this.waitsForLease(),
    });
  }

  #startPod(pod: SimulatedPod): void {
    if (!this.#slots.includes(pod)) return;
    pod.startApp();
    this.startElector(pod);
  }

  /** Returns when the last has begun, in milliseconds. */
  #scheduleFaults(): number {
    let atMs = 0;
    for (const fault of this.scenario.faults) {
      atMs += (fault.after / 100) * this.leaseMs;
      this.world.after(atMs, () => this.#inject(fault));
    }
    return atMs + this.leaseMs;
  }

  #inject({ kind, target, length, strength }: PlannedFault): void {
    const leader = this.invariants.lastLeader;
    const pod = target === 0 && leader !== null ? leader : this.#slots[(target + 1) % this.#slots.length];
    if (pod === undefined) return;
    const injection = { pod, lengthMs: (length / 100) ** 2 * 2 * this.leaseMs, strength: strength / 100 };
    const applies = injectFault(kind, this, injection);
    this.world.record(
      `${applies ? '!' : '(no)'} ${kind} ${pod.options.uid} ${injection.lengthMs} ms ${strength}`,
    );
    if (applies) this.world.count(`fault: ${kind}`);
  }

  #check(): void {
    this.invariants.check(this.#pods, this.scenario.asksElectors);
    this.leaderService?.check();
  }

  /** All faults end; somebody must lead in time. */
  async #recover(): Promise<void> {
    this.world.at(this.world.now, () => this.#endFaults());
    await this.world.run(this.world.now, () => this.#check());
    const nobodyRuns = !this.#slots.some((pod) => pod.isElectorRunning);
    const from = Math.max(
      this.world.now,
      this.#quietFrom,
      nobodyRuns ? Math.max(this.#vanishedUntil, this.#noNewcomersUntil) : 0,
    );
    const { retryPeriodMs } = durationsOf({ leaseDuration: this.#longestLeaseMs / 1000 });
    const withinMs = (this.#longestLeaseMs + retryPeriodMs + longestBackoffMs) / slowestRate + takeoverMs;
    // Those who bar each other need some tries until one of them is clearly first.
    const patience = skipsStep(this.locks) ? skippedStepLeases : 1;
    const someoneLeads = () => this.#slots.some((pod) => pod.candidate?.leads === true);
    await this.world.run(from + patience * withinMs * 1000, () => this.#check(), someoneLeads);
    if (!someoneLeads())
      throw new InvariantViolation(`liveness: nobody leads ${patience * withinMs} ms after all faults ended`);
    await this.#recoverLeaderService(withinMs);
    this.world.count('recovered');
  }

  /** The leader's Service must lead to who leads. After a restored state that is not promised: its tokens may be those of the future. */
  async #recoverLeaderService(withinMs: number): Promise<void> {
    const { leaderService, world } = this;
    if (leaderService === null || leaderService.wasRestored) return;
    const isRight = () =>
      this.#slots.some(({ name, candidate }) => candidate?.leads === true && leaderService.pod === name);
    await world.run(world.now + withinMs * 1000, () => this.#check(), isRight);
    if (!isRight()) {
      throw new InvariantViolation(
        `liveness: the leader's Service leads to ${leaderService.pod}, who does not lead`,
      );
    }
    world.count("leader's Service led to the leader");
  }

  #endFaults(): void {
    this.world.record('all faults end');
    this.server.conditions.closeAll();
    for (const pod of this.#replaced) pod.end();
    this.#replaced.clear();
    for (const pod of this.#slots) this.#heal(pod);
  }

  #heal(pod: SimulatedPod): void {
    const { link, machine } = pod.options;
    link.conditions.closeAll();
    link.flush();
    machine.resume();
    pod.candidate?.process.thaw();
    pod.app?.process.thaw();
    pod.app?.sandbox.resume();
    pod.candidate?.process.receive(() => pod.candidate?.elector.stand());
    pod.candidate?.work?.settle();
    this.startElector(pod);
  }
}
