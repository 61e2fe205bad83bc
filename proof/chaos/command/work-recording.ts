/** One process of the command at work, from the first moment that it told of to the last. Times are milliseconds of `machineClock`. */
export interface WorkSpan {
  readonly candidate: string;
  readonly pid: number;
  readonly token: string;
  readonly from: number;
  readonly to: number;
}

/** One write that the API server took: who held the lock from then on. */
export interface HolderSighting {
  readonly holder: string;
  readonly at: number;
}

/** What the commands told, and what became of the lock. */
export class WorkRecording {
  readonly writes: HolderSighting[] = [];
  /** What should not have happened, as sentences. */
  readonly problems: string[] = [];
  /** When a command has last told that it works. */
  lastAt = -Infinity;
  /** The candidate whose command that was. */
  lastCandidate: string | null = null;
  readonly #spans = new Map<number, WorkSpan>();
  readonly #listeners = new Set<() => void>();

  get spans(): readonly WorkSpan[] {
    return [...this.#spans.values()].sort((one, other) => one.from - other.from);
  }

  /** A command told that it works. */
  works(candidate: string, token: string, pid: number, at: number): void {
    const from = this.#spans.get(pid)?.from ?? at;
    this.#spans.set(pid, { candidate, pid, token, from, to: at });
    if (at > this.lastAt) {
      this.lastAt = at;
      this.lastCandidate = candidate;
    }
    for (const listener of [...this.#listeners]) listener();
  }

  /** The process of the command of a candidate that has worked last; null: none has. */
  pidOf(candidate: string): number | null {
    return this.spans.findLast((span) => span.candidate === candidate)?.pid ?? null;
  }

  /** Resolves when a command tells that it works whose candidate has written the lock after `since`. */
  worksByWriteAfter(since: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const write = this.writes.findLast(({ holder }) => holder === this.lastCandidate);
        if (write === undefined || write.at <= since || this.lastAt <= write.at) return;
        finish();
        resolve();
      };
      const abort = () => {
        finish();
        reject(signal.reason as Error);
      };
      const finish = () => {
        this.#listeners.delete(look);
        signal.removeEventListener('abort', abort);
      };
      this.#listeners.add(look);
      signal.addEventListener('abort', abort);
      look();
    });
  }
}
