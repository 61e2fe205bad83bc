import type { LeaderElector } from './leader-elector.ts';

/**
 * A `RunCoordinator` of node-cron 4: tasks that are `distributed` run on the leader alone, and a leader that stops keeps the lock until
 * those that run have ended (rule 6). `cron.setRunCoordinator(new LeaderRunCoordinator(elector))`.
 *
 * A background task, one that is given as a file, tells its end from a process of its own: should that be killed, only `drainTimeout` ends
 * the wait.
 */
export class LeaderRunCoordinator {
  readonly #elector: Pick<LeaderElector, 'whileLeading'>;
  readonly #ends = new Map<string, (() => void)[]>();

  /** `elector`: whose leader runs the tasks. */
  constructor(elector: Pick<LeaderElector, 'whileLeading'>) {
    this.#elector = elector;
  }

  /** Whether this process runs the task that node-cron calls `key`: whether it leads now. */
  shouldRun(key: string): Promise<boolean> {
    return new Promise((resolve) => {
      const untilComplete = () => {
        resolve(true);
        return new Promise<void>((end) => this.#ends.set(key, [...(this.#ends.get(key) ?? []), end]));
      };
      void this.#elector.whileLeading(untilComplete).then(resolve);
    });
  }

  /** The task that node-cron calls `key` has ended, however it did. */
  onComplete(key: string): void {
    const [end, ...others] = this.#ends.get(key) ?? [];
    if (others.length > 0) this.#ends.set(key, others);
    else this.#ends.delete(key);
    end?.();
  }
}
