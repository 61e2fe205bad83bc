import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { projectFolder } from '../../infra/bundle.ts';
import { elector } from '../../infra/packages.ts';
import type { Contender } from './contender.ts';
import { WatchedApp } from './watched-app.ts';

const folder = join(projectFolder, elector.folder);

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** How an elector is to be started. */
export interface ElectorOptions {
  /** Where it finds its API server and token. */
  readonly environment: NodeJS.ProcessEnv;
  readonly election: string;
  readonly ttlSeconds: number;
}

/** The image's elector as a process, with the flags that it has in a pod, and an app beside it. */
export class ElectorProcess implements Contender {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #app: WatchedApp;
  readonly #ended: Promise<unknown>;
  #url = '';

  private constructor(name: string, child: ChildProcess, app: WatchedApp) {
    this.name = name;
    this.#child = child;
    this.#app = app;
    this.#ended = once(child, 'close');
    running.add(child);
    child.on('close', () => running.delete(child));
  }

  /** Starts it; resolves once it serves its HTTP API. @throws Error with what it wrote, where it ends before */
  static async start(name: string, options: ElectorOptions): Promise<ElectorProcess> {
    const app = await WatchedApp.start();
    // Several of one name may share the environment.
    const tokenPath = `/token-${randomUUID()}`;
    const flags = [
      `--election=${options.election}`,
      `--id=${name}`,
      `--ttl=${options.ttlSeconds}s`,
      '--http=127.0.0.1:0',
      '--use-cluster-credentials=true',
      `--app-health-url=${app.healthUrl}`,
      `--token-file=${tokenPath}`,
    ];
    const env = { NODE_ENV: 'production', ...options.environment };
    const child = spawn(process.execPath, [...nodeArguments(), ...flags], {
      cwd: folder,
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const started = new ElectorProcess(name, child, app);
    started.#url = await servedUrl(child.stderr);
    const root = options.environment['CONTAINER_SANDBOX_MOUNT_POINT'] ?? '';
    app.listenTo(started.url, await readFile(`${root}${tokenPath}`, 'utf8'));
    return started;
  }

  /** Where it serves its HTTP API. */
  get url(): string {
    return this.#url;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  leads(): Promise<number> {
    return this.#app.status.when(({ isLeader }) => isLeader);
  }

  /** Returns what counts how often it has stopped leading from here on. */
  countEndedTerms(): () => number {
    let ended = 0;
    let led = true;
    this.#app.status.onEach(({ isLeader }) => {
      if (led && !isLeader) ended += 1;
      led = isLeader;
    });
    return () => ended;
  }

  names(leader: string): Promise<unknown> {
    return this.#app.status.when(({ name }) => name === leader);
  }

  /** Ends it as a deleted pod ends: first the app, then the elector, which hands over. */
  async leave(): Promise<void> {
    this.#app.end();
    this.#child.kill('SIGTERM');
    await this.#ended;
  }

  /** Stops it in the middle of whatever it does. */
  freeze(): void {
    this.#child.kill('SIGSTOP');
  }

  /** Ends it without a word. */
  async end(): Promise<void> {
    this.#child.kill('SIGKILL');
    this.#app.end();
    await this.#ended;
  }
}

/** What the image starts Node with. */
function nodeArguments(): string[] {
  const [, entryPoint] =
    /^ENTRYPOINT (\[.*\])$/m.exec(readFileSync(join(folder, 'Dockerfile'), 'utf8')) ?? [];
  if (entryPoint === undefined) throw new Error('the Dockerfile has no ENTRYPOINT');
  const [, ...args] = JSON.parse(entryPoint) as string[];
  return args;
}

async function servedUrl(stderr: Readable): Promise<string> {
  const written: string[] = [];
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input: stderr });
    lines.on('line', (line) => {
      written.push(line);
      const [, url] = /serves the HTTP API.*(http:\/\/[^\s"]+)/.exec(line) ?? [];
      if (url !== undefined) resolve(url);
    });
    lines.on('close', () => reject(new Error(`the elector ended: ${written.join(' ')}`)));
  });
}
