import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const running = new Set<Child>();

/** Kills every child that a test has started and that still runs. For `after` and `afterEach`. */
export async function endChildren(): Promise<void> {
  const all = [...running];
  for (const child of all) child.signal('SIGKILL');
  await Promise.all(all.map(({ ended }) => ended));
}

/** A program that a test has started. */
export class Child {
  /** What it has written so far. */
  readonly lines: string[] = [];
  /** Its exit code, or the signal that ended it; all its lines have been read by then. */
  readonly ended: Promise<number | NodeJS.Signals>;
  readonly #process: ChildProcess;
  readonly #listeners = new Set<() => void>();
  #hasEnded = false;

  constructor(command: string, args: readonly string[], env: NodeJS.ProcessEnv, cwd: string) {
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
      this.#hasEnded = true;
      this.#notify();
      return (code ?? signal) as number | NodeJS.Signals;
    });
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** Resolves with the first line, among those from the index `from` on, that matches. Rejects where it ends without one. */
  line(pattern: RegExp, from = 0): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = this.lines.slice(from).find((line) => pattern.test(line));
        const match = found === undefined ? null : pattern.exec(found);
        if (!match && !this.#hasEnded) return;
        this.#listeners.delete(look);
        if (match) resolve(match);
        else reject(new Error(`it ended without ${String(pattern)}:\n${this.lines.join('\n')}`));
      };
      this.#listeners.add(look);
      look();
    });
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  #notify(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
