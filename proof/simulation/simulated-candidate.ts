import type { Instant } from '../../base/clock.ts';
import type { ElectionStatus } from '../../elector/src/election/election-status.ts';
import { durationsOf, type LeaderElectionConfig } from '../../elector/src/election/leader-election-config.ts';
import type { LockKind } from '../../base/lock-kinds.ts';
import type { JsonObject } from '../../base/json.ts';
import { silentLog } from '../../base/log.ts';
import { metadataOf } from '../../elector/src/kubernetes/kube-object.ts';
import type { SimulatedApiServer } from './simulated-api-server.ts';
import type { ElectorModule } from './elector-under-test.ts';
import type { Link } from './link.ts';
import type { Machine } from './machine.ts';
import { recordOf, Sightings } from './sightings.ts';
import { SimulatedKubeClient, type Arrival } from './simulated-kube-client.ts';
import { SimulatedProcess } from './simulated-process.ts';
import { Work } from './work.ts';
import { successorHint } from './successor-hint.ts';
import type { World } from './world.ts';

/** What a candidate is made of and stands in. */
export interface SimulatedCandidateOptions {
  readonly world: World;
  readonly machine: Machine;
  readonly link: Link;
  readonly server: SimulatedApiServer;
  readonly elector: ElectorModule;
  readonly lock: LockKind;
  readonly identity: string;
  readonly uid: string;
  /** Seconds. */
  readonly leaseDuration: number;
  readonly isLibrary: boolean;
  /** Whether it names a successor when it hands over. */
  readonly namesSuccessors: boolean;
  /** The names of all pods that there are, or were a moment ago. */
  readonly podNames: () => readonly string[];
  /** The EndpointSlice that is to lead to the leader; null: there is none. */
  readonly leaderService: string | null;
  readonly onTerm: (fencingToken: string) => void;
  /** A server asked it to wait, which it does for a lease at most. */
  readonly onThrottled: () => void;
}

export const lockNamespace = 'default';
export const lockName = 'example';

/** One process with an elector, from its start to its end. */
export class SimulatedCandidate {
  readonly process: SimulatedProcess;
  readonly elector: InstanceType<ElectorModule['LeaderElector']>;
  readonly sightings: Sightings;
  /** What it has seen of the app beside it. */
  readonly appLife: InstanceType<ElectorModule['AppLife']>;
  readonly work: Work | null;
  readonly #options: SimulatedCandidateOptions;
  readonly #stopping = new AbortController();
  #firstSentAt: Instant = { monotonic: -Infinity, wall: -Infinity };

  constructor(options: SimulatedCandidateOptions) {
    const { world, machine, leaseDuration, identity, uid, isLibrary, elector } = options;
    const { namesSuccessors, podNames } = options;
    const { leaseDurationMs, renewDeadlineMs } = durationsOf({ leaseDuration });
    this.#options = options;
    this.process = new SimulatedProcess(world, machine);
    this.sightings = new Sightings(this.process.clock, leaseDurationMs);
    this.appLife = new elector.AppLife();
    this.work = isLibrary ? new Work(world, this.process, renewDeadlineMs) : null;
    const config: LeaderElectionConfig = {
      ...this.#createLocks(),
      identity,
      uid,
      leaseDuration,
      clock: this.process.clock,
      random: () => world.random.next(),
      log: this.#log(),
      ...(namesSuccessors
        ? { findSuccessor: successorHint(world.random, this.process.clock, podNames) }
        : {}),
      ...(this.work === null ? { hasAppEnded: () => this.appLife.hasEnded } : {}),
      ...(this.work?.isPiecewise === false ? { onStartedLeading: this.work.begin } : {}),
    };
    this.elector = new elector.LeaderElector(config);
  }

  get lock(): LockKind {
    return this.#options.lock;
  }

  /** Whether it would say "I lead" if it was asked now. Asking so has no effect on releases (rule 6). */
  get leads(): boolean {
    return this.process.canRun && this.elector.hasRight;
  }

  get standsOrWill(): boolean {
    return !this.process.hasEnded && !this.#stopping.signal.aborted;
  }

  start(): void {
    const end = () => {
      this.#options.world.record(`${this.#options.uid} has ended`);
      this.process.end();
    };
    this.elector.run(this.#stopping.signal).then(end, end);
    if (this.work?.isPiecewise === true) this.work.doPieces(this.elector);
    void this.#leaderSlice()?.follow(this.elector, this.#stopping.signal);
  }

  /** As SIGTERM does. */
  stop(): void {
    this.process.receive(() => this.#stopping.abort());
  }

  /** What it answers; the answer may be acted upon. */
  ask(): ElectionStatus {
    return this.elector.status();
  }

  #leaderSlice(): InstanceType<ElectorModule['LeaderSlice']> | null {
    const { elector, leaderService: name, identity, uid, leaseDuration } = this.#options;
    if (name === null) return null;
    const { leaseDurationMs, retryPeriodMs } = durationsOf({ leaseDuration });
    return new elector.LeaderSlice({
      client: this.#createClient(() => {}),
      namespace: lockNamespace,
      name,
      pod: { name: identity, uid, ip: '10.0.0.1' },
      clock: this.process.clock,
      log: silentLog,
      retryPeriodMs,
      checkPeriodMs: leaseDurationMs,
    });
  }

  #createLocks(): Pick<LeaderElectionConfig, 'lock' | 'otherLock'> {
    const { elector, lock } = this.#options;
    const client = this.#createClient((arrival) => this.#onArrival(arrival));
    const options = { client, namespace: lockNamespace, name: lockName, owner: null, recordsEvents: false };
    return elector.electionLocks(lock, options);
  }

  #createClient(onArrival: (arrival: Arrival) => void): SimulatedKubeClient {
    const { world, link, server, elector, leaseDuration } = this.#options;
    const requestTimeoutMs = durationsOf({ leaseDuration }).renewDeadlineMs;
    const { process } = this;
    return new SimulatedKubeClient({
      world,
      process,
      link,
      server,
      errors: elector,
      requestTimeoutMs,
      onArrival,
    });
  }

  #onArrival({ method, answer, body, sentAt }: Arrival): void {
    const { world, identity, uid, onThrottled } = this.#options;
    const version = answer.code < 300 ? metadataOf(answer.body)['resourceVersion'] : null;
    world.record(`${uid} ${method} ${answer.code} ${String(version)}`);
    if (answer.retryAfter !== undefined) onThrottled();
    if (answer.code === 404 && (method === 'GET' || method === 'WATCH')) this.sightings.see(null);
    if (answer.code >= 300) return;
    this.sightings.see(answer.body);
    const wrote = method !== 'GET' && method !== 'WATCH' && version !== metadataOf(body)['resourceVersion'];
    if (wrote && recordOf(answer.body)?.holderIdentity === identity) this.#onOwnWrite(answer.body, sentAt);
  }

  /** With two locks the right comes with the second write, and counts from when the first was sent. */
  #onOwnWrite({ kind }: JsonObject, sentAt: Instant): void {
    const isFirstOfTwo = this.#options.lock === 'endpointsleases' && kind === 'Endpoints';
    if (isFirstOfTwo) this.#firstSentAt = sentAt;
    else this.work?.onWrite(this.#options.lock === 'endpointsleases' ? this.#firstSentAt : sentAt);
  }

  #log() {
    const { world, uid, onTerm } = this.#options;
    const say = (message: string, fields: Readonly<Record<string, unknown>> = {}) => {
      world.record(`${uid} ${message} ${JSON.stringify(fields)}`);
      world.count(`elector: ${message}`);
      if (message === 'successfully acquired lease') onTerm(String(fields['fencingToken']));
    };
    return { info: say, warn: say, error: say };
  }
}
