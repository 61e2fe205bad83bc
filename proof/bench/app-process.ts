import { join } from 'node:path';
import { Child } from '../../base/testing/child.ts';
import { projectFolder } from '../../infra/bundle.ts';
import { app } from '../../infra/packages.ts';

const main = join(projectFolder, app.folder, 'dist', 'main.cjs');

/** The image's app as a process, beside an elector. */
export class AppProcess {
  /** Where on 127.0.0.1 it serves its page. */
  readonly port: number;
  readonly #child: Child;

  private constructor(child: Child, port: number) {
    this.#child = child;
    this.port = port;
  }

  /** Starts it, built before, as the app of the pod `name`; resolves once it serves. @throws Error where it ends before */
  static async start(name: string, electorUrl: string): Promise<AppProcess> {
    const child = new Child(process.execPath, [main], {
      NODE_ENV: 'production',
      PORT: '0',
      POD_NAME: name,
      POD_IP: '127.0.0.1',
      ELECTOR_URL: electorUrl,
    });
    const [, port] = await child.line(/serves its page on port (\d+)$/);
    return new AppProcess(child, Number(port));
  }

  get pid(): number {
    return this.#child.pid;
  }

  end(): Promise<void> {
    return this.#child.end();
  }
}
