import type { FindSuccessor } from '../../elector/src/election/successor.ts';
import { delay, type Clock } from '../../base/clock.ts';
import type { Random } from '../random.ts';

const longestSearchMs = 1000;

/** Whom a candidate names to follow it: one of `names`, which may have ended since; now and then nobody that exists, too late, or not at all. */
export function successorHint(random: Random, clock: Clock, names: () => readonly string[]): FindSuccessor {
  return async () => {
    if (random.chance(0.2))
      await delay(clock, random.between(0, longestSearchMs), new AbortController().signal);
    if (random.chance(0.1)) throw new Error('pods cannot be listed');
    if (random.chance(0.1)) return null;
    if (random.chance(0.1)) return 'nobody';
    const known = names();
    return known[Math.floor(random.between(0, known.length))] ?? null;
  };
}
