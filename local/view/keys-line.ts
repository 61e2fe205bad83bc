import { keys, type Key } from '../keys.ts';
import { widthOf, type Line } from './line.ts';

/** Where there is no room for all, these go first, in this order. */
const leastTelling: readonly Key['action'][] = ['open', 'freeze', 'crash', 'delete'];

/** The keys, on the last line of the screen. `isFrozen`: a pod is, and waits to be thawed. */
export function keysLine(hasKeys: boolean, isFrozen: boolean, width: number): Line {
  if (!hasKeys) return [{ text: 'Ctrl-C', style: 'bold' }, { text: ' quit' }];
  const choices = [3, 2].map((gap) => lineOf(keys, isFrozen, gap));
  const shorter = leastTelling.map((_, index) => {
    const gone = leastTelling.slice(0, index + 1);
    return lineOf(
      keys.filter(({ action }) => !gone.includes(action)),
      isFrozen,
      2,
    );
  });
  return [...choices, ...shorter].find((line) => widthOf(line) <= width) ?? lineOf(keys, isFrozen, 2);
}

function lineOf(shown: readonly Key[], isFrozen: boolean, gap: number): Line {
  return shown.flatMap(({ key, action, label }, index) => [
    { text: `${index === 0 ? '' : ' '.repeat(gap)}${key}`, style: 'bold' },
    { text: ` ${action === 'freeze' && isFrozen ? 'thaw' : label}` },
  ]);
}
