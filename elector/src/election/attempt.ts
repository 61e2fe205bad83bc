import type { Clock } from '../../../base/clock.ts';
import { textOf } from '../../../base/error-text.ts';

/** When attempts at one request follow each other. */
export interface AttemptOptions {
  readonly clock: Clock;
  /** Milliseconds without an answer after which another attempt goes out beside those under way. */
  readonly retryPeriodMs: number;
  /**
   * For how many milliseconds the attempts still under way are waited for once one has failed with `error`; 0: not at all. Default: one
   * retryPeriod.
   */
  readonly patienceMs?: (error: Error) => Promise<number>;
}

/** As many wait for an answer at the same time. */
const mostAtOnce = 5;

/**
 * Makes a request, and makes it again beside itself every retryPeriod for as long as nothing is answered: an answer may be slow, and then
 * it is worth waiting for; or its connection is dead, and then only another one brings it. The first success counts. What fails is not
 * tried again here: it rejects, once the attempts beside it have failed as well or were waited for long enough. What they bring after that
 * is dropped. `make` must end by itself.
 */
export function attempt<T>(make: () => Promise<T>, options: AttemptOptions): Promise<T> {
  const { clock, retryPeriodMs, patienceMs = () => Promise.resolve(retryPeriodMs) } = options;
  return new Promise((resolve, reject) => {
    let underWay = 0;
    let isOver = false;
    // Read through a function, since awaiting in between lets it change although the type checker thinks it cannot.
    const hasEnded = () => isOver;
    let cancelNext = () => {};

    const finish = (settle: () => void) => {
      if (isOver) return;
      isOver = true;
      cancelNext();
      settle();
    };
    const onFailure = async (error: Error) => {
      const fail = () => finish(() => reject(error));
      cancelNext();
      const ms = underWay === 0 ? 0 : await patienceMs(error);
      if (ms === 0 || underWay === 0) fail();
      else if (ms < Infinity && !hasEnded()) cancelNext = clock.after(ms, fail);
    };
    const launch = () => {
      underWay += 1;
      make().then(
        (value) => finish(() => resolve(value)),
        (error: unknown) => {
          underWay -= 1;
          if (!hasEnded()) void onFailure(error instanceof Error ? error : new Error(textOf(error)));
        },
      );
      if (underWay < mostAtOnce) cancelNext = clock.after(retryPeriodMs, launch);
    };
    launch();
  });
}
