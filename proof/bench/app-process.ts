import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { projectFolder } from '../../infra/bundle.ts';
import { app } from '../../infra/packages.ts';

const main = join(projectFolder, app.folder, 'dist', 'main.cjs');

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** The image's app as a process, beside an elector. */
export class AppProcess {
  /** Where on 127.0.0.1 it serves its page. */
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;

  private constructor(child: ChildProcess, port: number, ended: Promise<unknown>) {
    this.#child = child;
    this.port = port;
    this.#ended = ended;
  }

  /** Starts it, built before, as the app of the pod `name`; resolves once it serves. @throws Error where it ends before */
  static async start(name: string, electorUrl: string): Promise<AppProcess> {
    const child = spawn(process.execPath, [main], {
      env: {
        NODE_ENV: 'production',
        PORT: '0',
        POD_NAME: name,
        POD_IP: '127.0.0.1',
        ELECTOR_URL: electorUrl,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    running.add(child);
    const ended = once(child, 'close').finally(() => running.delete(child));
    for await (const line of createInterface({ input: child.stdout })) {
      const [, port] = /serves its page on port (\d+)$/.exec(line) ?? [];
      if (port !== undefined) return new AppProcess(child, Number(port), ended);
    }
    throw new Error('the app ended without serving its page');
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async end(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }
}
