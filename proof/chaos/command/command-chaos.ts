import { setTimeout as sleep } from 'node:timers/promises';
import { machineClock } from '../../../base/clock.ts';
import { Random } from '../../random.ts';
import type { CandidateFleet } from './candidate-fleet.ts';
import { CommandFaultDeck, type DrawnCommandFault } from './draw.ts';
import type { CommandFaultKind } from './faults.ts';

/** A fault that took effect. */
export interface InjectedCommandFault {
  readonly kind: CommandFaultKind;
  /** null: it befell all. */
  readonly candidate: string | null;
}

/** Some faults that overlapped, and how long it took after the last had ended until a command worked, by a write that was made since. */
export interface CommandRound {
  readonly faults: readonly InjectedCommandFault[];
  readonly recoveryMs: number;
}

export interface CommandChaosOptions {
  readonly seed: number;
  /** How many faults are to take effect. */
  readonly faults: number;
  /** Called after each round. */
  readonly onRound: (round: CommandRound) => void;
  /** Ends everything. */
  readonly signal: AbortSignal;
}

const longestPauseMs = 500;
const patienceMs = 120_000;

/**
 * Lets things go wrong, round after round, until enough faults have taken effect.
 * @throws Error where no command works within two minutes
 */
export async function commandChaos(
  fleet: CandidateFleet,
  options: CommandChaosOptions,
): Promise<CommandRound[]> {
  const random = new Random(options.seed);
  const deck = new CommandFaultDeck(random, fleet.leaseDurationMs);
  const rounds: CommandRound[] = [];
  await untilWorks(fleet, options.signal);
  for (let injected = 0; injected < options.faults;) {
    await sleep(random.between(0, longestPauseMs), undefined, { signal: options.signal });
    const drawn = deck.drawRound(options.faults - injected);
    const faults = (await Promise.all(drawn.map((fault) => inject(fault, fleet, options.signal)))).flat();
    if (faults.length === 0) continue;
    const round = { faults, recoveryMs: await untilWorks(fleet, options.signal) };
    injected += faults.length;
    rounds.push(round);
    options.onRound(round);
  }
  return rounds;
}

/** Injects one fault and ends it; none where it had no effect. */
async function inject(
  fault: DrawnCommandFault,
  fleet: CandidateFleet,
  signal: AbortSignal,
): Promise<InjectedCommandFault[]> {
  await sleep(fault.beginsAfterMs, undefined, { signal });
  const injected = await fleet.inject(fault);
  if (injected === null) return [];
  await sleep(fault.lastsMs, undefined, { signal });
  await injected.end();
  return [{ kind: fault.kind, candidate: injected.candidate }];
}

/** Resolves when a command works by a write of its candidate from now on, with how many milliseconds that took. */
async function untilWorks({ recording }: CandidateFleet, signal: AbortSignal): Promise<number> {
  const since = machineClock.monotonic();
  await recording.worksByWriteAfter(since, AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]));
  return recording.lastAt - since;
}
