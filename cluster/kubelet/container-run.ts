import os from 'node:os';
import type { Clock } from '../../base/clock.ts';
import { ContainerLog } from './container-log.ts';
import type { ContainerExit, ContainerProcess, ContainerRuntime } from './container-runtime.ts';

/** How a run ended. */
export interface Termination {
  /** 128 and the signal's number for a run that a signal ended, as a shell has it. */
  readonly exitCode: number;
  readonly reason: 'Completed' | 'Error' | 'StartError';
  /** Set where the run could not even start. */
  readonly message?: string;
  /** Milliseconds since 1970. */
  readonly finishedAt: number;
}

/** What a run reports to. */
export interface ContainerRunEvents {
  onStarted(pid: number): void;
  onEnded(termination: Termination): void;
}

/** One run of a container: a process from its start to its end. A restart is a new run. */
export class ContainerRun {
  readonly id: string;
  readonly startedAt: number;
  readonly log = new ContainerLog();
  /** What runs. */
  readonly process: ContainerProcess;
  /** Whether its startup probe succeeded; without one, whether it runs. */
  isStarted = false;
  /** Whether its last readiness probes succeeded; without one, whether it is started. */
  isReady = false;
  readonly #runtime: ContainerRuntime;
  readonly #clock: Clock;
  readonly #events: ContainerRunEvents;
  #pid: number | undefined;
  #termination: Termination | undefined;
  #killAt: number | undefined;
  #cancelKill = () => {};

  constructor(
    runtime: ContainerRuntime,
    clock: Clock,
    process: ContainerProcess,
    events: ContainerRunEvents,
  ) {
    this.#runtime = runtime;
    this.#clock = clock;
    this.#events = events;
    this.process = process;
    this.startedAt = clock.wall();
    this.id = runtime.run(process, {
      onStarted: (pid) => this.#onStarted(pid),
      onFailed: (message) => this.#onEnded({ exitCode: 128, reason: 'StartError', message }),
      onOutput: (stream, text) => this.log.append(stream, text, clock.wall()),
      onExited: (exit) => this.#onEnded(outcome(exit)),
    });
  }

  /** The process; undefined before it has started and after it has ended. */
  get pid(): number | undefined {
    return this.#termination ? undefined : this.#pid;
  }

  /** How it ended; undefined as long as it has not. */
  get termination(): Termination | undefined {
    return this.#termination;
  }

  /** Whether it was told to stop. */
  get isStopping(): boolean {
    return this.#killAt !== undefined;
  }

  /** Tells it to stop (SIGTERM), and kills it (SIGKILL) after the grace. A second call can only shorten that. */
  stop(graceMs: number): void {
    if (this.#termination) return;
    const killAt = this.#clock.wall() + graceMs;
    if (this.#killAt === undefined) this.#runtime.signal(this.id, 'SIGTERM');
    else if (killAt >= this.#killAt) return;
    this.#killAt = killAt;
    this.#cancelKill();
    this.#cancelKill = this.#clock.after(graceMs, () => this.#runtime.signal(this.id, 'SIGKILL'));
  }

  #onStarted(pid: number): void {
    this.#pid = pid;
    this.#events.onStarted(pid);
  }

  #onEnded(outcome: Omit<Termination, 'finishedAt'>): void {
    this.#cancelKill();
    this.isStarted = false;
    this.isReady = false;
    this.#termination = { ...outcome, finishedAt: this.#clock.wall() };
    this.log.end(this.#termination.finishedAt);
    this.#events.onEnded(this.#termination);
  }
}

function outcome({ exitCode, signal }: ContainerExit): Omit<Termination, 'finishedAt'> {
  const code = signal === null ? (exitCode ?? 0) : 128 + os.constants.signals[signal];
  return { exitCode: code, reason: code === 0 ? 'Completed' : 'Error' };
}
