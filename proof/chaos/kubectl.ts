import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { promisify } from 'node:util';
import { StartError } from '../../embedded/start-error.ts';

const longestOutput = 64 * 1024 * 1024;

/** The commands of kubectl for one context. */
export class Kubectl {
  readonly #context: string;

  constructor(context: string) {
    this.#context = context;
  }

  /** The names of all contexts. @throws StartError where there is no kubectl */
  static async contexts(): Promise<string[]> {
    const names = await run(['config', 'get-contexts', '-o', 'name']);
    return names.split('\n').filter((name) => name !== '');
  }

  /** What a command prints. @throws Error with what it says is wrong */
  run(...args: string[]): Promise<string> {
    return run(['--context', this.#context, ...args]);
  }

  /** What a command prints, as JSON. @throws Error as `run` */
  async json(...args: string[]): Promise<unknown> {
    return JSON.parse(await this.run(...args, '-o', 'json'));
  }

  /** A command that goes on until it is killed. */
  start(...args: string[]): ChildProcess {
    return spawn('kubectl', ['--context', this.#context, ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
  }
}

async function run(args: string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('kubectl', args, { maxBuffer: longestOutput });
    return stdout;
  } catch (error) {
    const { code, stderr, message } = error as { code?: unknown; stderr?: string; message: string };
    if (code === 'ENOENT')
      throw new StartError('kubectl is not there. Install it: https://kubernetes.io/docs/tasks/tools/');
    throw new Error(`kubectl ${args.join(' ')}: ${(stderr ?? message).trim()}`, { cause: error });
  }
}
