import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../random.ts';
import type { ChaosCluster } from './chaos-cluster.ts';
import { FaultDeck } from './draw.ts';
import type { DrawnFault, Victim } from './draw.ts';
import { traitsOf } from './chaos-faults.ts';
import type { ChaosFaultKind } from './chaos-faults.ts';
import type { ElectorPod } from '../observation/electors.ts';
import type { Answer, Recording } from '../observation/recording.ts';

/** A fault that took effect. Its times are milliseconds of `performance.now()`. */
export interface InjectedFault {
  readonly kind: ChaosFaultKind;
  /** null: it befell all. */
  readonly pod: string | null;
  readonly beganAt: number;
  readonly endedAt: number;
}

/** Some faults that overlapped, and how leadership came back when all of them had ended. */
export interface Round {
  readonly faults: readonly InjectedFault[];
  /** When all faults had ended and at least one pod was ready; recovery counts from here. */
  readonly healedAt: number;
  /** When a pod was heard to lead by a write that it sent after `healedAt`. */
  readonly recoveredAt: number;
  readonly leader: string;
}

export interface ChaosOptions {
  readonly seed: number;
  /** How many faults are to take effect. */
  readonly faults: number;
  /** Called after each round. */
  readonly onRound: (round: Round) => void;
  /** Ends everything. */
  readonly signal: AbortSignal;
}

const lookAgainMs = 20;
// Between two rounds the election runs undisturbed, so that faults meet it in every phase of a renewal.
const longestPauseMs = 500;
const patienceMs = 120_000;

/**
 * Lets things go wrong, round after round, until enough faults have taken effect.
 * @throws Error where leadership does not come back within two minutes, or too few pods become ready
 */
export async function chaos(
  cluster: ChaosCluster,
  recording: Recording,
  options: ChaosOptions,
): Promise<Round[]> {
  const random = new Random(options.seed);
  const deck = new FaultDeck(random, cluster.possible, cluster.durations.leaseDurationMs);
  const rounds: Round[] = [];
  await untilLeads(cluster, recording, performance.now(), options.signal);
  while (faultsIn(rounds).length < options.faults) {
    await untilMostAreReady(cluster, options.signal);
    await sleep(random.between(0, longestPauseMs), undefined, { signal: options.signal });
    const drawn = deck.drawRound(options.faults - faultsIn(rounds).length, allAreReady(cluster));
    const faults = (
      await Promise.all(drawn.map((fault) => inject(fault, cluster, recording, options.signal)))
    ).flat();
    if (faults.length === 0) continue;
    const round = await recover(cluster, recording, faults, options.signal);
    rounds.push(round);
    options.onRound(round);
  }
  return rounds;
}

/** All faults of some rounds. */
export function faultsIn(rounds: readonly Round[]): InjectedFault[] {
  return rounds.flatMap(({ faults }) => faults);
}

/** Injects one fault and ends it; none where it had no effect. */
async function inject(
  { kind, victim, beginsAfterMs, lastsMs, latencyMs }: DrawnFault,
  cluster: ChaosCluster,
  recording: Recording,
  signal: AbortSignal,
): Promise<InjectedFault[]> {
  await sleep(beginsAfterMs, undefined, { signal });
  const pod = traitsOf(kind).befalls === 'all' ? null : choose(victim, cluster.pods(), recording.lastLeader);
  const beganAt = performance.now();
  const end = await cluster.inject({ kind, pod, latencyMs });
  if (end === null) return [];
  await sleep(lastsMs, undefined, { signal });
  await end();
  return [{ kind, pod, beganAt, endedAt: performance.now() }];
}

function choose(victim: Victim, pods: readonly ElectorPod[], leader: string | null): string | null {
  const staying = pods.filter(({ isTerminating }) => !isTerminating);
  const standbys = staying.filter(({ name }) => name !== leader);
  const chosen = {
    'the leader': staying.find(({ name }) => name === leader) ?? staying[0],
    'a standby': standbys.find(({ isReady }) => isReady) ?? standbys[0],
    'the least well': standbys.find(({ isReady }) => !isReady) ?? standbys[0],
  }[victim];
  return chosen?.name ?? null;
}

async function recover(
  cluster: ChaosCluster,
  recording: Recording,
  faults: readonly InjectedFault[],
  signal: AbortSignal,
): Promise<Round> {
  await until('a pod that is ready', () => readyPods(cluster).length > 0, signal);
  const healedAt = performance.now();
  const { pod, heardAt } = await untilLeads(cluster, recording, healedAt, signal);
  return { faults, healedAt, recoveredAt: heardAt, leader: pod };
}

/** The first answer of a pod that stays and that leads by a write which it sent after `since`. */
function untilLeads(
  cluster: ChaosCluster,
  recording: Recording,
  since: number,
  signal: AbortSignal,
): Promise<Answer> {
  const { renewDeadlineMs } = cluster.durations;
  const stays = (pod: string) =>
    cluster.pods().some(({ name, isTerminating }) => name === pod && !isTerminating);
  return recording.next(
    ({ pod, askedAt, status }) =>
      status.isLeader && askedAt + status.validForMs - renewDeadlineMs > since && stays(pod),
    AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]),
  );
}

/** Waits until at least two pods are ready, where there shall be two: a fault is to leave somebody who can take over. */
function untilMostAreReady(cluster: ChaosCluster, signal: AbortSignal): Promise<void> {
  const enough = Math.min(2, cluster.replicas);
  return until(`${enough} pods that are ready`, () => readyPods(cluster).length >= enough, signal);
}

function allAreReady(cluster: ChaosCluster): boolean {
  return readyPods(cluster).length === cluster.replicas && cluster.pods().length === cluster.replicas;
}

function readyPods(cluster: ChaosCluster): ElectorPod[] {
  return cluster.pods().filter(({ isReady, isTerminating }) => isReady && !isTerminating);
}

async function until(what: string, isSo: () => boolean, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error(`waited ${patienceMs / 1000} s in vain for ${what}`);
    await sleep(lookAgainMs, undefined, { signal });
  }
}
