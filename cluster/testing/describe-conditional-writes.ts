import type { Ability, ConditionalStore, KindRules } from './conditional-store.ts';
import { conditionalWriteCases } from './conditional-write-cases.ts';

let names = 0;

/**
 * Holds a store to the cases.
 * @param lacks what it cannot be asked for, with the reason; the cases that need it show as pending, with that reason
 */
export function describeConditionalWrites(
  store: () => ConditionalStore,
  rules: KindRules,
  lacks: Partial<Record<Ability, string>> = {},
): void {
  for (const { name, needs = [], run } of conditionalWriteCases) {
    const missing = needs.find((ability) => lacks[ability] !== undefined);
    if (missing === undefined) it(name, () => run(store(), `write-${(names += 1)}`, rules));
    else it(`${name} (Not here: no ${missing}, ${lacks[missing] ?? ''}.)`);
  }
}
