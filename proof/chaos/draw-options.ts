import { randomInt } from 'node:crypto';
import type { OptionTable } from '../../base/options.ts';
import { wholeNumber } from '../../base/rules.ts';

const mostFaults = 100_000;
const mostSeed = 2 ** 32 - 1;

/** The options that say how many faults are drawn, and from what. */
export const drawOptions = {
  faults: {
    form: '--faults N',
    description: `how many faults, 1 to ${mostFaults}`,
    rule: wholeNumber(1, mostFaults),
    default: '200',
  },
  seed: {
    form: '--seed N',
    description: `what the faults are drawn from, 0 to ${mostSeed}`,
    rule: wholeNumber(0, mostSeed),
    default: null,
    defaultInWords: 'a new one',
  },
} as const satisfies OptionTable;

/** A seed where none was given. */
export const newSeed = (): number => randomInt(mostSeed);
