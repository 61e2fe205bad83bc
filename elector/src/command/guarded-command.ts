import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { delay, repeat, type Clock } from '../../../base/clock.ts';
import type { CommandGrant } from './grant.ts';
import type { FromGuard, ToGuard } from './guard-messages.ts';
import { checkPeriodMs, Leash, type LeashLimits } from './leash.ts';
import { hasEnded, signalGroup } from './process-group.ts';

/** How a command ended. Nothing that it started in its process group runs any more. */
export type CommandEnd =
  /** By itself, or as it was told by `end`: with an exit code, or by a signal. */
  | { readonly kind: 'exited'; readonly code: number | null; readonly signal: NodeJS.Signals | null }
  /** It could not be started: an error code of Node.js, such as ENOENT. */
  | { readonly kind: 'failed'; readonly code: string }
  /** It was ended before the right to lead ran out, or because its guard was gone. */
  | { readonly kind: 'withdrawn' };

export interface GuardedCommandOptions {
  readonly clock: Clock;
  readonly command: string;
  readonly args: readonly string[];
  /** The command's environment. */
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** The right to lead, as it is now. */
  readonly grant: CommandGrant;
  readonly limits: LeashLimits;
}

const guardFile = fileURLToPath(new URL('./guard.mjs', import.meta.url));

/** A command that runs under a guard. Both this process and the guard end it in time; see `Leash`. */
export class GuardedCommand {
  /** Resolves when it has ended. */
  readonly ended: Promise<CommandEnd>;
  readonly #guard: ChildProcess;
  readonly #leash: Leash;
  #end: CommandEnd = { kind: 'withdrawn' };
  #hasBegun = false;
  #wasTold = false;

  constructor({ clock, command, args, env, grant, limits }: GuardedCommandOptions) {
    this.#guard = spawn(process.execPath, [guardFile], {
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
      env: withoutNodeOptions(process.env),
      // A session and a process group of its own: what the terminal sends comes to the elector alone.
      detached: true,
    });
    this.#leash = new Leash(clock, limits, grant, (signal) => this.#signalGroup(signal));
    this.#guard.on('message', (message: FromGuard) => this.#onMessage(message));
    const ended = this.#untilEnded(clock);
    this.ended = ended;
    this.#tell({ kind: 'start', command, args, env, grant, limits });
  }

  /** Lets it run for as long as this grant lasts, once the guard has confirmed that it knows. */
  renew(grant: CommandGrant): void {
    this.#tell({ kind: 'grant', grant });
  }

  /** Sends a signal to the command, and all that it has started in its process group. */
  signal(signal: NodeJS.Signals): void {
    // Before that the guard does not know how to go on in spite of it.
    if (this.#hasBegun) this.#signalGroup(signal);
  }

  /** Asks it to end, by this signal; after the grace period it is killed. How it ends then counts as its own end. */
  end(signal: NodeJS.Signals): void {
    this.#wasTold = true;
    if (this.#hasBegun) this.#leash.end(signal);
    else {
      this.#end = { kind: 'exited', code: null, signal };
      this.kill();
    }
  }

  /** Ends it at once. */
  kill(): void {
    this.#leash.kill();
  }

  async #untilEnded(clock: Clock): Promise<CommandEnd> {
    const { pid } = this.#guard;
    if (pid === undefined) {
      const [error] = (await once(this.#guard, 'error')) as [Error];
      throw new Error(`the guard cannot be started: ${error.message}`, { cause: error });
    }
    const stopChecking = repeat(clock, checkPeriodMs, () => this.#leash.check());
    // What it told before it ended may be read after that.
    await Promise.all([once(this.#guard, 'exit'), once(this.#guard, 'disconnect')]);
    stopChecking();
    while (!hasEnded(pid)) {
      signalGroup(pid, 'SIGKILL');
      await delay(clock, checkPeriodMs);
    }
    return this.#end;
  }

  #signalGroup(signal: NodeJS.Signals): void {
    if (this.#guard.pid !== undefined && this.#guard.exitCode === null && this.#guard.signalCode === null)
      signalGroup(this.#guard.pid, signal);
  }

  #onMessage(message: FromGuard): void {
    switch (message.kind) {
      case 'granted':
        this.#hasBegun = true;
        this.#leash.renew(message.grant);
        break;
      case 'failed':
        this.#end = message;
        break;
      case 'exited': {
        const isWithdrawn = !this.#wasTold && (message.wasAsked || this.#leash.isEnding);
        if (!isWithdrawn) this.#end = message;
      }
    }
  }

  #tell(message: ToGuard): void {
    // One that is gone is seen to end.
    if (this.#guard.connected) this.#guard.send(message, () => undefined);
  }
}

/** What Node.js is told for the command is not meant for the guard. */
function withoutNodeOptions(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => name !== 'NODE_OPTIONS' && name !== 'NODE_V8_COVERAGE'),
  );
}
