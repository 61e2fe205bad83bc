import { constants } from 'node:os';
import { delay, type Clock } from '../../../base/clock.ts';
import type { Log } from '../../../base/log.ts';
import type { LeaderElector } from '../election/leader-elector.ts';
import { askForGrant } from './grant.ts';
import { GuardedCommand, type CommandEnd } from './guarded-command.ts';
import type { LeashLimits } from './leash.ts';

export interface CommandInTermsOptions {
  /** The command, and its arguments. */
  readonly commandLine: readonly string[];
  readonly limits: LeashLimits;
  /** Milliseconds until it is started again in the same term. */
  readonly pauseMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** What a shell ends with where a command is not found, is no program, or was ended by a signal: 128 and the signal's number. */
const notFound = 127;
const notExecutable = 126;
const endedBySignal = 128;

/** A leader's work that is a command: it runs in each term, until it has ended by itself, or was told to end. */
export class CommandInTerms {
  readonly #options: CommandInTermsOptions;
  readonly #over = new AbortController();
  #current: GuardedCommand | null = null;
  #isEnding = false;
  #exitStatus = 0;

  constructor(options: CommandInTermsOptions) {
    this.#options = options;
  }

  /** Aborts when there is nothing left to do. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  /** What a shell would end with after the command; 0 where it never ran. */
  get exitStatus(): number {
    return this.#exitStatus;
  }

  /** Runs the command, again where it was ended in time and the right went on after all. Resolves when nothing of it runs any more. */
  async lead(elector: LeaderElector, term: AbortSignal): Promise<void> {
    const { log, clock, pauseMs } = this.#options;
    while (!term.aborted && !this.#isToldToEnd()) {
      const end = await this.#runOnce(elector, term);
      if (end.kind !== 'withdrawn' || this.#isToldToEnd()) {
        this.#finish(end);
        return;
      }
      log.warn('the command was ended: the lock was not renewed, or its guard is gone');
      await delay(clock, pauseMs, term);
    }
  }

  /** Ends the command by this signal, and then all. */
  end(signal: NodeJS.Signals): void {
    this.#isEnding = true;
    if (this.#current === null) this.#over.abort();
    else this.#current.end(signal);
  }

  /** Ends the command at once, and then all. */
  kill(): void {
    this.#current?.kill();
  }

  /** Hands a signal on to the command. Returns whether it runs. */
  signal(signal: NodeJS.Signals): boolean {
    this.#current?.signal(signal);
    return this.#current !== null;
  }

  async #runOnce(elector: LeaderElector, term: AbortSignal): Promise<CommandEnd> {
    const { commandLine, limits, clock, log } = this.#options;
    const [command = '', ...args] = commandLine;
    const fencingToken = elector.fencingToken ?? '';
    const running = new GuardedCommand({
      clock,
      command,
      args,
      env: {
        ...process.env,
        LEADER_ELECTION_IDENTITY: elector.identity,
        LEADER_ELECTION_FENCING_TOKEN: fencingToken,
      },
      grant: askForGrant(elector, clock),
      limits,
    });
    log.info('starts the command', { command, fencingToken });
    this.#current = running;
    const renew = () => running.renew(askForGrant(elector, clock));
    // Another may lead from now on.
    const kill = () => running.kill();
    elector.on('change', renew);
    term.addEventListener('abort', kill);
    try {
      return await running.ended;
    } finally {
      elector.off('change', renew);
      term.removeEventListener('abort', kill);
      this.#current = null;
    }
  }

  // A function, since awaiting in between lets it change although the type checker thinks it cannot.
  #isToldToEnd(): boolean {
    return this.#isEnding;
  }

  #finish(end: CommandEnd): void {
    const { commandLine, log } = this.#options;
    const [command = ''] = commandLine;
    this.#exitStatus = statusOf(end);
    if (end.kind === 'failed') log.error('the command cannot be started', { command, error: end.code });
    log.info('the command has ended', { exitStatus: this.#exitStatus });
    this.#over.abort();
  }
}

function statusOf(end: CommandEnd): number {
  switch (end.kind) {
    case 'failed':
      return end.code === 'ENOENT' ? notFound : notExecutable;
    case 'withdrawn':
      return endedBySignal + constants.signals.SIGKILL;
    case 'exited':
      return end.code ?? endedBySignal + constants.signals[end.signal ?? 'SIGKILL'];
  }
}
