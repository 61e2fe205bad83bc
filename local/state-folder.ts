import { existsSync, lstatSync, readdirSync, rmSync, rmdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { makeFolders } from './make-folders.ts';
import { UserError } from '../base/user-error.ts';

const claimName = /^instance-([1-9]\d{0,9})$/;
// How long the kubelet's shim of an instance that was killed may need to remove what is left of it.
const cleanupMs = 5000;
const lookAgainMs = 20;

/** How `claim` waits for what is left of a killed instance to be removed. */
export interface ClaimOptions {
  /** Milliseconds after which nobody seems to do that, and it is done here; 5000 unless said otherwise. */
  readonly patienceMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Where one running instance keeps its files. Its claim to the folder is a file that bears its process id, which is removed
 * last of all: as long as it is there, another instance is running or being cleaned up.
 */
export class StateFolder {
  readonly path: string;
  readonly #made: readonly string[];

  /**
   * Takes the folder for this process; makes it, and those above it, where there are none.
   * @throws UserError where another instance has it, it cannot be written, or it has a kubeconfig of somebody else; the signal's
   * reason. The folder is as it was, then.
   */
  static async claim(
    folder: string,
    { patienceMs = cleanupMs, signal = new AbortController().signal }: ClaimOptions = {},
  ): Promise<StateFolder> {
    const path = resolve(folder);
    const state = new StateFolder(
      path,
      writing(path, () => makeFolders(path)),
    );
    try {
      // Of an instance that had the same process id: after a restart of the machine, or in a container.
      if (existsSync(state.#claim)) writing(path, () => state.#removeLeftovers(process.pid));
      // Two that start at once both claim, then both look: at least one of them sees the other.
      writing(path, () => writeFileSync(state.#claim, '', { mode: 0o600, flag: 'wx' }));
      await state.#outlastOthers(patienceMs, signal);
      state.#requireNoKubeconfig();
      return state;
    } catch (error) {
      state.#giveUp();
      throw error;
    }
  }

  private constructor(path: string, made: readonly string[]) {
    this.path = path;
    this.#made = made;
  }

  /** The administrator's kubeconfig. */
  get kubeconfig(): string {
    return join(this.path, 'kubeconfig');
  }

  /** Everything of the kubelet; its own folder, so that two instances never share one. */
  get kubeletFolder(): string {
    return this.#kubeletFolderOf(process.pid);
  }

  /** What is to be removed when all has ended, in this order. */
  get files(): readonly string[] {
    return [this.kubeconfig, this.#claim];
  }

  /** @throws UserError where it cannot be written */
  writeKubeconfig(content: string): void {
    writing(this.path, () => writeFileSync(this.kubeconfig, content, { mode: 0o600, flag: 'wx' }));
  }

  /** Removes the files, and the folders that were made for them unless something else is in one. */
  release(): void {
    for (const file of [this.kubeletFolder, ...this.files]) rmSync(file, { recursive: true, force: true });
    this.#removeEmptyFolders();
  }

  get #claim(): string {
    return this.#claimOf(process.pid);
  }

  #claimOf(pid: number): string {
    return join(this.path, `instance-${pid}`);
  }

  #kubeletFolderOf(pid: number): string {
    return join(this.path, `kubelet-${pid}`);
  }

  #giveUp(): void {
    rmSync(this.#claim, { force: true });
    this.#removeEmptyFolders();
  }

  #removeEmptyFolders(): void {
    for (const folder of new Set([this.path, ...this.#made])) {
      try {
        rmdirSync(folder);
      } catch {
        // It holds what somebody else has put there.
        return;
      }
    }
  }

  async #outlastOthers(patienceMs: number, signal: AbortSignal): Promise<void> {
    const deadline = performance.now() + patienceMs;
    for (let others = this.#others(); others.length > 0; others = this.#others()) {
      const living = others.find(isAlive);
      if (living !== undefined)
        throw new UserError(
          `the folder ${this.path} is in use by process ${living}. End that one, or choose another: --state-dir DIR` +
            ` (if ${living} is something else: rm ${this.#claimOf(living)})`,
        );
      signal.throwIfAborted();
      if (performance.now() > deadline)
        writing(this.path, () => others.forEach((pid) => this.#removeLeftovers(pid)));
      else await delay(lookAgainMs);
    }
  }

  #others(): number[] {
    return readdirSync(this.path)
      .flatMap((name) => claimName.exec(name)?.[1] ?? [])
      .map(Number)
      .filter((pid) => pid !== process.pid);
  }

  /** Nobody cleaned up after that instance: the machine went down, say. */
  #removeLeftovers(pid: number): void {
    for (const file of [this.#kubeletFolderOf(pid), this.kubeconfig, this.#claimOf(pid)])
      rmSync(file, { recursive: true, force: true });
  }

  /** No instance has left it there: it is not for this one to overwrite, and to remove at the end. */
  #requireNoKubeconfig(): void {
    if (lstatSync(this.kubeconfig, { throwIfNoEntry: false }))
      throw new UserError(
        `the folder ${this.path} has a kubeconfig of somebody else. Choose another: --state-dir DIR` +
          ` (if nobody needs it: rm ${this.kubeconfig})`,
      );
  }
}

/** @throws UserError that names the folder where its files cannot be written */
function writing<T>(path: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UserError(`the folder ${path} cannot be written: ${why}. Choose another: --state-dir DIR`, {
      cause: error,
    });
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
