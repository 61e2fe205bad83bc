import { longestElapsed, now, type Clock, type Instant } from '../../../base/clock.ts';
import { remainingMs, type CommandGrant } from './grant.ts';

/** When a command is ended, in milliseconds. */
export interface LeashLimits {
  /** From the signal that asks the command to end to SIGKILL, at most. */
  readonly gracePeriodMs: number;
  /** How long before the right to lead runs out the command is asked to end. */
  readonly noticeMs: number;
  /** How long before that it gets SIGKILL. */
  readonly marginMs: number;
}

// It is asked while the right lasts for another sixth of the lease: where renewals fail, two have been tried by then.
const noticeShare = 1 / 4;
const marginShare = 1 / 20;

/** The limits for a leader that leads for `renewDeadlineMs` after its last renewal. */
export function leashLimits(renewDeadlineMs: number, gracePeriodMs: number): LeashLimits {
  return {
    gracePeriodMs,
    noticeMs: renewDeadlineMs * noticeShare,
    marginMs: renewDeadlineMs * marginShare,
  };
}

/** How often `check()` is to be called, in milliseconds: a timer stands still while the machine is suspended, and would be late after that. */
export const checkPeriodMs = 50;

/**
 * Ends a command in time: it sends SIGTERM, and then SIGKILL, before the right to lead has run out. Elector and guard each have one, so
 * that the command ends where one of the two is frozen or gone.
 */
export class Leash {
  readonly #clock: Clock;
  readonly #limits: LeashLimits;
  readonly #send: (signal: NodeJS.Signals) => void;
  #grant: CommandGrant;
  #endingSince: Instant | null = null;

  /** `send` sends a signal to the command and all that it has started. */
  constructor(
    clock: Clock,
    limits: LeashLimits,
    grant: CommandGrant,
    send: (signal: NodeJS.Signals) => void,
  ) {
    this.#clock = clock;
    this.#limits = limits;
    this.#grant = grant;
    this.#send = send;
  }

  /** Whether the command was asked to end. */
  get isEnding(): boolean {
    return this.#endingSince !== null;
  }

  /** Whether a command may begin: it would not be asked to end at once. */
  get mayBegin(): boolean {
    return !this.isEnding && remainingMs(this.#grant, this.#clock) > this.#limits.noticeMs;
  }

  /** The right lasts for longer than was known, or for less. */
  renew(grant: CommandGrant): void {
    this.#grant = grant;
    this.check();
  }

  /** Asks the command to end, by this signal, and gives it the grace period for that. Once is enough. */
  end(signal: NodeJS.Signals = 'SIGTERM'): void {
    if (this.isEnding) return;
    this.#endingSince = now(this.#clock);
    this.#send(signal);
    // Who is stopped (SIGSTOP) does not hear it before.
    this.#send('SIGCONT');
    this.check();
  }

  /** Ends the command at once. */
  kill(): void {
    this.#endingSince ??= now(this.#clock);
    this.#send('SIGKILL');
  }

  /** Sends what is due. */
  check(): void {
    const leftMs = remainingMs(this.#grant, this.#clock);
    const endingForMs = this.#endingSince === null ? 0 : longestElapsed(this.#clock, this.#endingSince);
    const isPatient = !this.isEnding || endingForMs < this.#limits.gracePeriodMs;
    if (leftMs <= this.#limits.marginMs || !isPatient) this.kill();
    else if (leftMs <= this.#limits.noticeMs) this.end();
  }
}
