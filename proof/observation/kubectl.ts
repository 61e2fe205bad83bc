import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { promisify } from 'node:util';
import { UserError } from '../../base/user-error.ts';

const longestOutput = 64 * 1024 * 1024;

/** A command that failed; the message has the command, and what kubectl says is wrong. */
export class KubectlError extends UserError {
  override readonly name = 'KubectlError';
}

/** The commands of kubectl for one context. */
export class Kubectl {
  readonly #context: string;

  constructor(context: string) {
    this.#context = context;
  }

  /** The names of all contexts. @throws UserError where there is no kubectl */
  static async contexts(): Promise<string[]> {
    const names = await run(['config', 'get-contexts', '-o', 'name']);
    return names.split('\n').filter((name) => name !== '');
  }

  /** What a command prints. @throws KubectlError */
  run(...args: string[]): Promise<string> {
    return run(['--context', this.#context, ...args]);
  }

  /** What a command prints, as JSON. @throws KubectlError */
  async json(...args: string[]): Promise<unknown> {
    return JSON.parse(await this.run(...args, '-o', 'json'));
  }

  /** Does a command to an object. Returns whether that was there. @throws KubectlError */
  async change(...args: string[]): Promise<boolean> {
    try {
      await this.run(...args);
      return true;
    } catch (error) {
      if (error instanceof KubectlError && error.message.includes('(NotFound)')) return false;
      throw error;
    }
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
      throw new UserError('kubectl is not there. Install it: https://kubernetes.io/docs/tasks/tools/');
    throw new KubectlError(`kubectl ${args.join(' ')}: ${lastLine(stderr ?? message)}`, { cause: error });
  }
}

/** The line that says what is wrong, after those in which kubectl tells of its attempts. */
function lastLine(output: string): string {
  return output.trim().split('\n').at(-1) ?? '';
}
