import type { Style } from '../colours.ts';
import type { Line } from './line.ts';

const full = '█';
const empty = '░';
/** For how long, in milliseconds, a renewal is pointed out. */
const renewalShownMs = 700;

/** A lease as a bar that runs down, with the time that is left: `████████░░░░  6.7 s`. */
export function leaseBar(leftMs: number, leaseMs: number, columns: number): Line {
  const time = ` ${(leftMs / 1000).toFixed(1).padStart(5)} s`;
  const width = Math.max(0, columns - time.length);
  const filled = leaseMs === 0 ? 0 : Math.round((leftMs / leaseMs) * width);
  const isFresh = leaseMs - leftMs < renewalShownMs;
  const style = barStyle(leftMs / leaseMs);
  return [
    { text: full.repeat(filled), style },
    { text: empty.repeat(width - filled), style: 'dim' },
    isFresh ? { text: time, style: 'bold' } : { text: time },
  ];
}

/** A leader renews before a third is gone; when two thirds are, it says itself that it leads no more. */
function barStyle(left: number): Style {
  if (left > 1 / 2) return 'green';
  return left > 1 / 3 ? 'yellow' : 'red';
}
