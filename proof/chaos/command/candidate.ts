import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ApiServer } from '../../../cluster/index.ts';
import { ApiLink } from '../api-link.ts';
import { LinkFaults } from '../link-faults.ts';
import type { WorkRecording } from './work-recording.ts';

const worker = fileURLToPath(new URL('./worker.mjs', import.meta.url));
const restartAfterMs = 300;
/** The shortest lease there may be, so that many faults fit into a few minutes. */
export const candidateLeaseSeconds = 3;

export interface CandidateOptions {
  /** The program `k8s-leader-elector`. */
  readonly program: string;
  /** Where its kubeconfig is kept. */
  readonly folder: string;
  readonly server: ApiServer;
  /** The faults of all candidates' links. */
  readonly apiFaults: LinkFaults;
  readonly recording: WorkRecording;
}

/** A place where `k8s-leader-elector run` is started, and started again whenever it has ended, under a name of its own each time. */
export class CommandCandidate {
  /** The faults of its link to the API server. */
  readonly faults: LinkFaults;
  readonly #place: string;
  readonly #options: CandidateOptions;
  readonly #link: ApiLink;
  #starts = 0;
  #process: ChildProcess | null = null;
  #mayEndWith: number[] = [0];
  #isOver = false;
  readonly #ended: Promise<void>;

  static async start(place: string, options: CandidateOptions): Promise<CommandCandidate> {
    const faults = new LinkFaults();
    const port = Number(new URL(options.server.url).port);
    const link = await ApiLink.open(port, [faults, options.apiFaults]);
    const kubeconfig = options.server.kubeconfig('chaos').replace(`:${port}`, `:${link.port}`);
    await writeFile(join(options.folder, place), kubeconfig);
    return new CommandCandidate(place, options, link, faults);
  }

  private constructor(place: string, options: CandidateOptions, link: ApiLink, faults: LinkFaults) {
    this.#place = place;
    this.#options = options;
    this.#link = link;
    this.faults = faults;
    this.#ended = this.#restartForEver();
  }

  /** The candidate's name in the election, until it is started again. */
  get name(): string {
    return `${this.#place}-${this.#starts}`;
  }

  /** The process of its elector; null while there is none. */
  get elector(): number | null {
    return this.#process?.pid ?? null;
  }

  /** The process of its command that worked last; null: none has. */
  get command(): number | null {
    return this.#options.recording.pidOf(this.name);
  }

  /** The process that began the group of that command; null where that has ended. */
  get guard(): number | null {
    if (this.command === null) return null;
    try {
      const stat = readFileSync(`/proc/${this.command}/stat`, 'utf8');
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
    } catch {
      return null;
    }
  }

  /** From now on it may end so, besides by itself with 0: 128 and the number of a signal. */
  mayEndWith(code: number): void {
    this.#mayEndWith.push(code);
  }

  /** Ends it for good. Resolves when nothing of it runs any more. */
  async stop(): Promise<void> {
    this.#isOver = true;
    this.mayEndWith(143);
    this.mayEndWith(137);
    this.#process?.kill('SIGTERM');
    await this.#ended;
    this.#link.close();
  }

  async #restartForEver(): Promise<void> {
    for (;;) {
      await this.#runOnce();
      if (this.#isStopped()) return;
      await sleep(restartAfterMs);
      if (this.#isStopped()) return;
    }
  }

  // A function, since awaiting in between lets it change although the type checker thinks it cannot.
  #isStopped(): boolean {
    return this.#isOver;
  }

  async #runOnce(): Promise<void> {
    this.#starts += 1;
    this.#mayEndWith = [0];
    const { program, folder, recording } = this.#options;
    const candidate = this.name;
    // Every other one has a command that must be killed.
    const stubborn = this.#starts % 2 === 0 ? [] : ['stubborn'];
    const flags = [
      '--election',
      'chaos',
      '--id',
      candidate,
      '--ttl',
      `${candidateLeaseSeconds}s`,
      '--grace-period',
      '1s',
    ];
    const child = spawn(
      process.execPath,
      [program, 'run', ...flags, '--', process.execPath, worker, ...stubborn],
      {
        env: { PATH: process.env['PATH'], KUBECONFIG: join(folder, this.#place) },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    this.#process = child;
    const log: string[] = [];
    createInterface({ input: child.stderr }).on('line', (line) => log.push(line));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [, token = '', pid, at] = /^works (\d+) (\d+) ([\d.]+)$/.exec(line) ?? [];
      if (at !== undefined) recording.works(candidate, token, Number(pid), Number(at));
    });
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    this.#process = null;
    if (signal === null && !this.#mayEndWith.includes(code ?? -1))
      recording.problems.push(`${candidate} ended with ${code}:\n${log.slice(-5).join('\n')}`);
  }
}
