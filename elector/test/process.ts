import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const running = new Set<TestProcess>();

/** Ends every process that a test has started and that still runs, stopped ones too. For `afterEach`. */
export async function endProcesses(): Promise<void> {
  await Promise.all([...running].map((process) => process.end()));
}

/** A program, run as a process of its own. */
export class TestProcess {
  /** What it has written to stdout and stderr so far. */
  readonly lines: string[] = [];
  /** Its exit code, or the signal that ended it; all its lines have been read by then. */
  readonly ended: Promise<number | NodeJS.Signals>;
  readonly #child: ChildProcess;
  readonly #main: string;
  #onLine: () => void = () => undefined;
  #nextLine: Promise<void>;

  private constructor(main: URL, args: readonly string[], env: NodeJS.ProcessEnv) {
    this.#main = fileURLToPath(main);
    const child = spawn(process.execPath, [this.#main, ...args], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    this.#nextLine = new Promise((resolve) => (this.#onLine = resolve));
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => this.#take(line));
    }
    running.add(this);
    this.ended = once(child, 'close').then(([code, signal]: unknown[]) => {
      running.delete(this);
      this.#onLine();
      return (code ?? signal) as number | NodeJS.Signals;
    });
  }

  /**
   * Starts `main` with this environment besides the test's own; undefined takes a variable away. Its coverage is not counted,
   * since it runs a bundle.
   */
  static start(main: URL, args: readonly string[], env: NodeJS.ProcessEnv): TestProcess {
    return new TestProcess(main, args, { ...process.env, NODE_V8_COVERAGE: undefined, ...env });
  }

  /** Resolves with the first line that matches, written already or yet to come. Rejects where it ends without one. */
  async line(pattern: RegExp): Promise<RegExpExecArray> {
    for (let read = 0; ; read += 1) {
      while (read >= this.lines.length) {
        if (!running.has(this)) {
          throw new Error(`${this.#main} ended without ${String(pattern)}:\n${this.lines.join('\n')}`);
        }
        await this.#nextLine;
      }
      const match = pattern.exec(this.lines[read] ?? '');
      if (match !== null) return match;
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Ends it at once. */
  async end(): Promise<void> {
    this.signal('SIGKILL');
    await this.ended;
  }

  #take(line: string): void {
    this.lines.push(line);
    const onLine = this.#onLine;
    this.#nextLine = new Promise((resolve) => (this.#onLine = resolve));
    onLine();
  }
}
