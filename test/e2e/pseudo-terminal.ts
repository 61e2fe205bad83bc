import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { projectFolder } from '../../infra/bundle.ts';
import { RenderedTerminal } from '../../local/test/view/rendered-terminal.ts';

const longestWaitMs = 50_000;

/** Whether there is what a pseudo-terminal is made with here: `script` as util-linux has it. */
export function hasPseudoTerminals(): boolean {
  const { error, stdout } = spawnSync('script', ['--version'], { encoding: 'utf8' });
  return error === undefined && stdout.includes('util-linux');
}

/** A command of the project that runs on a terminal, as somebody sees it who types there. */
export class PseudoTerminal {
  readonly screen: RenderedTerminal;
  /** Its exit code. */
  readonly ended: Promise<number>;
  readonly #script: ChildProcessByStdio<Writable, Readable, null>;

  constructor(command: string, columns: number, rows: number, differing: NodeJS.ProcessEnv = {}) {
    this.screen = new RenderedTerminal(columns, rows);
    const sized = `stty rows ${rows} cols ${columns}; exec ${command}`;
    this.#script = spawn('script', ['--quiet', '--flush', '--return', '--command', sized, '/dev/null'], {
      cwd: projectFolder,
      env: { ...process.env, TERM: 'xterm-256color', npm_lifecycle_event: undefined, ...differing },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    this.#script.stdout.setEncoding('utf8').on('data', (text: string) => this.screen.write(text));
    this.ended = once(this.#script, 'close').then(([code]) => code as number);
  }

  get pid(): number {
    return this.#script.pid ?? 0;
  }

  type(keys: string): void {
    this.#script.stdin.write(keys);
  }

  /** What is on the screen, as one line, once that matches. Rejects with the screen where it has not for 50 s, or it has ended. */
  async shows(pattern: RegExp): Promise<RegExpExecArray> {
    const timeout = AbortSignal.timeout(longestWaitMs);
    for (;;) {
      const lines = await this.screen.lines();
      const match = pattern.exec(lines.map((line) => line.trim()).join(' '));
      if (match) return match;
      if (timeout.aborted || this.#script.stdout.readableEnded)
        throw new Error(`not shown: ${String(pattern)}\n${lines.join('\n')}`);
      await once(this.#script.stdout, 'data', { signal: timeout }).catch(() => undefined);
    }
  }

  /** Takes the terminal away from whatever runs on it. */
  async end(): Promise<void> {
    this.#script.kill('SIGKILL');
    await this.ended;
  }
}
