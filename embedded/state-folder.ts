import { mkdirSync, readdirSync, rmSync, rmdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StartError } from './start-error.ts';

const claimPrefix = 'instance-';
// How long the kubelet's shim of an instance that was killed may need to remove what is left of it.
const cleanupMs = 5000;
const lookAgainMs = 20;

/**
 * Where one running instance keeps its files. Its claim to the folder is a file that bears its process id, which is removed
 * last of all: as long as it is there, another instance is running or being cleaned up.
 */
export class StateFolder {
  readonly path: string;
  readonly #claim: string;

  /**
   * Takes the folder for this process; makes it where there is none. What is left of an instance that was killed is being
   * removed; after `patienceMs` nobody seems to do that, and it is done here.
   * @throws StartError where another instance has it, or it cannot be written
   */
  static async claim(folder: string, patienceMs = cleanupMs): Promise<StateFolder> {
    const path = resolve(folder);
    const claim = join(path, `${claimPrefix}${process.pid}`);
    try {
      mkdirSync(path, { recursive: true, mode: 0o700 });
      // Two that start at once both claim, then both look: at least one of them sees the other.
      writeFileSync(claim, '', { mode: 0o600 });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new StartError(`the folder ${path} cannot be written: ${why}. Choose another: --state-dir DIR`);
    }
    const state = new StateFolder(path, claim);
    try {
      await state.#outlastOthers(patienceMs);
      return state;
    } catch (error) {
      state.#giveUp();
      throw error;
    }
  }

  private constructor(path: string, claim: string) {
    this.path = path;
    this.#claim = claim;
  }

  /** The administrator's kubeconfig. */
  get kubeconfig(): string {
    return join(this.path, 'kubeconfig');
  }

  /** Everything of the kubelet; its own folder, so that two instances never share one. */
  get kubeletFolder(): string {
    return join(this.path, `kubelet-${process.pid}`);
  }

  /** What is to be removed when all has ended, in this order. */
  get files(): readonly string[] {
    return [this.kubeconfig, this.#claim];
  }

  writeKubeconfig(content: string): void {
    writeFileSync(this.kubeconfig, content, { mode: 0o600 });
  }

  /** Removes the files, and the folder unless something else is in it. */
  release(): void {
    for (const file of this.files) rmSync(file, { force: true });
    this.#removeIfEmpty();
  }

  #giveUp(): void {
    rmSync(this.#claim, { force: true });
    this.#removeIfEmpty();
  }

  #removeIfEmpty(): void {
    try {
      rmdirSync(this.path);
    } catch {
      // It holds what somebody else has put there.
    }
  }

  async #outlastOthers(patienceMs: number): Promise<void> {
    const deadline = performance.now() + patienceMs;
    for (let others = this.#others(); others.length > 0; others = this.#others()) {
      const living = others.find(isAlive);
      if (living !== undefined)
        throw new StartError(
          `the folder ${this.path} is in use by process ${living}. End that one, or choose another: --state-dir DIR` +
            ` (if ${living} is something else: rm ${join(this.path, claimPrefix + String(living))})`,
        );
      if (performance.now() > deadline) others.forEach((pid) => this.#removeLeftovers(pid));
      else await delay(lookAgainMs);
    }
  }

  #others(): number[] {
    return readdirSync(this.path)
      .filter((name) => name.startsWith(claimPrefix))
      .map((name) => Number(name.slice(claimPrefix.length)))
      .filter((pid) => pid !== process.pid);
  }

  /** Nobody cleaned up after that instance: the machine went down, say. */
  #removeLeftovers(pid: number): void {
    for (const name of [`kubelet-${pid}`, `${claimPrefix}${pid}`])
      rmSync(join(this.path, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
