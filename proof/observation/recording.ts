import type { ElectionStatus } from '../../elector/src/election/election-status.ts';

/** What an elector answered. All times are milliseconds of this process's `performance.now()`. */
export interface Answer {
  readonly pod: string;
  readonly via: 'GET /' | 'GET /events';
  /** When it was asked; of an event, when the stream was asked for. What it says was so at some moment after this … */
  readonly askedAt: number;
  /** … and before this. */
  readonly heardAt: number;
  readonly status: ElectionStatus;
}

/** The end of a pod's app: from `at` on, nobody acts on what its elector answered before. */
export interface AppEnd {
  readonly pod: string;
  readonly at: number;
  /** Nor on what it answers later: the pod is being deleted, and its app ends at some moment that nobody is told of. */
  readonly forGood: boolean;
}

/** All that was heard of an election. */
export class Recording {
  readonly answers: Answer[] = [];
  readonly appEnds: AppEnd[] = [];
  /** Answers that could not be read. */
  readonly unreadable: string[] = [];
  readonly #listeners = new Set<(answer: Answer) => void>();
  #lastLeader: string | null = null;

  /** When the first answer was heard; now, as long as none was. */
  get startedAt(): number {
    return this.answers[0]?.heardAt ?? performance.now();
  }

  /** Who said "yes" last. */
  get lastLeader(): string | null {
    return this.#lastLeader;
  }

  heard(answer: Answer): void {
    this.answers.push(answer);
    if (answer.status.isLeader) this.#lastLeader = answer.pod;
    for (const listener of [...this.#listeners]) listener(answer);
  }

  /** The app of a pod ends now, for good or to be started again. */
  appEnded(pod: string, forGood: boolean): void {
    this.appEnds.push({ pod, at: performance.now(), forGood });
  }

  /** The next answer that fulfils the condition. @throws the signal's reason when it aborts first */
  next(condition: (answer: Answer) => boolean, signal: AbortSignal): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const end = () => {
        this.#listeners.delete(look);
        signal.removeEventListener('abort', onAbort);
      };
      const look = (answer: Answer) => {
        if (!condition(answer)) return;
        end();
        resolve(answer);
      };
      const onAbort = () => {
        end();
        reject(signal.reason as Error);
      };
      this.#listeners.add(look);
      signal.addEventListener('abort', onAbort);
      if (signal.aborted) onAbort();
    });
  }
}
