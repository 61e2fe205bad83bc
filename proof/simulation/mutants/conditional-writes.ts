import type { Mutant } from './mutant.ts';
import { inLockRequests, inObjectLock } from './patches.ts';

/** SafetyRule 1: every write is conditional. */
export const conditionalWrites: readonly Mutant[] = [
  {
    rule: 1,
    breach: 'writes carry no resourceVersion',
    patches: [
      inObjectLock(
        'this.#write(source, write)',
        'this.#write({ ...source, metadata: { ...metadataOf(source), resourceVersion: undefined } }, write)',
      ),
    ],
  },
  {
    rule: 1,
    breach: 'writes carry no uid',
    among: ['lock deleted', 'answers lost', 'requests lost', 'slow', 'server writes slowly'],
    patches: [
      inObjectLock(
        'this.#write(source, write)',
        'this.#write({ ...source, metadata: { ...metadataOf(source), uid: undefined } }, write)',
      ),
    ],
  },
  {
    rule: 1,
    breach: 'after a conflict the same decision is written on the version that is there now',
    patches: [
      inLockRequests(
        'lock.lock.update(object, write));',
        'lock.lock.update(object, write).catch(async () => lock.lock.update((await lock.lock.get()) ?? object, write)));',
      ),
    ],
  },
];
