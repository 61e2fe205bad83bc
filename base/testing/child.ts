import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

// Far longer than any line takes: it only bounds how long one that never comes is waited for, and then says what came instead.
const longestWaitMs = 50_000;

const running = new Set<Child>();
process.once('exit', () => {
  for (const child of running) child.signal('SIGKILL');
});

/** Kills every child that was started and that still runs, stopped ones too. For `after` and `afterEach`. */
export async function endChildren(): Promise<void> {
  await Promise.all([...running].map((child) => child.end()));
}

/** A program that runs as a child of this process, and not longer. */
export class Child {
  /** What it has written so far, to stdout and stderr. */
  readonly lines: string[] = [];
  /** Its exit code, or the signal that ended it; all its lines have been read by then. */
  readonly ended: Promise<number | NodeJS.Signals>;
  readonly #process: ChildProcess;
  readonly #listeners = new Set<() => void>();

  constructor(command: string, args: readonly string[], env: NodeJS.ProcessEnv, cwd?: string) {
    const child = spawn(command, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process = child;
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on('line', (line) => {
        this.lines.push(line);
        this.#notify();
      });
    running.add(this);
    this.ended = once(child, 'close').then(([code, signal]: unknown[]) => {
      running.delete(this);
      this.#notify();
      return (code ?? signal) as number | NodeJS.Signals;
    });
  }

  /** Reads no more of its stdout, as `head` does once it has enough. */
  closeStdout(): void {
    this.#process.stdout?.destroy();
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /**
   * Resolves with the first line, among those from the index `from` on, that matches. Rejects with all lines where it ends without
   * one, or where none has come for 50 s.
   */
  line(pattern: RegExp, from = 0): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const fail = (how: string) => {
        stopLooking();
        reject(new Error(`${how} ${String(pattern)}:\n${this.lines.join('\n')}`));
      };
      const look = () => {
        const found = this.lines.slice(from).find((line) => pattern.test(line));
        const match = found === undefined ? null : pattern.exec(found);
        if (match) {
          stopLooking();
          resolve(match);
        } else if (!running.has(this)) fail('it ended without');
      };
      const stopLooking = () => {
        clearTimeout(timer);
        this.#listeners.delete(look);
      };
      const timer = setTimeout(() => fail(`waited ${longestWaitMs / 1000} s in vain for`), longestWaitMs);
      this.#listeners.add(look);
      look();
    });
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** Nobody reads from now on what it writes to stderr. */
  closeStderr(): void {
    this.#process.stderr?.destroy();
  }

  /** Ends it at once. */
  async end(): Promise<void> {
    this.signal('SIGKILL');
    await this.ended;
  }

  #notify(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
