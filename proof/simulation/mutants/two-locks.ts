import type { Mutant } from './mutant.ts';
import { inCandidacy, inLockRequests, inOtherLock, inObjectLock, inObservedLocks } from './patches.ts';

/** Fleets that move from one lock to another. */
export const twoLocks: readonly Mutant[] = [
  {
    rule: 'two locks',
    breach: 'the first of two locks is enough',
    patches: [
      inLockRequests(
        '        continue;\n',
        '        this.#heldAt = startedAt.monotonic;\n        return held;\n',
      ),
    ],
  },
  {
    rule: 'two locks',
    breach: 'one of two locks need not be free',
    patches: [
      inObservedLocks(
        'return Math.max(...this.all.map((lock) => lock.availableAt(identity, uid)));',
        'return Math.min(...this.all.map((lock) => lock.availableAt(identity, uid)));',
      ),
    ],
  },
  {
    rule: 'two locks',
    breach: 'the other lock is not looked at',
    patches: [
      inOtherLock(
        'get isLive(): boolean {',
        'get isLive(): boolean {\n    if (this.#readAgainAt > -1) return false;',
      ),
    ],
  },
  {
    rule: 'two locks',
    breach: 'the other lock is not read again after the own was written',
    patches: [inCandidacy('const isKnown = await this.#requests.read(other);', 'const isKnown = true;')],
  },
  {
    rule: 'two locks',
    breach: 'a refusal makes the other lock count as free, although it was seen to be held',
    patches: [
      inOtherLock(
        'if (!(error instanceof ForbiddenError) || this.#lock.object !== undefined) throw error;',
        'if (!(error instanceof ForbiddenError)) throw error;',
      ),
      inOtherLock(
        'if (this.#lock.object === undefined) return !this.#isForbidden;',
        'if (this.#isForbidden) return false;',
      ),
    ],
  },
  {
    rule: 'two locks',
    breach: 'who held both locks once is taken to hold both for good',
    among: [
      'elector restarts with another lock',
      'pod replaced by a namesake with another lock',
      'requests lost',
    ],
    patches: [
      inOtherLock(
        '#isForbidden = false;\n  #readAgainAt',
        '#isForbidden = false;\n  #both = new Set();\n  #readAgainAt',
      ),
      inOtherLock(
        '&& !this.#lock.isHeldWithOther;',
        '&& !(this.#lock.isHeldWithOther ? this.#both.add(String(this.#lock.holderIdentity)) : this.#both.has(String(this.#lock.holderIdentity)));',
      ),
    ],
  },
  {
    rule: 'two locks',
    breach: 'that somebody holds both is read whoever has written it',
    among: [
      'elector restarts with another lock',
      'pod replaced by a namesake with another lock',
      'requests lost',
    ],
    patches: [
      inObjectLock(
        "reading.kind === 'record' && reading.record.holderIdentity === holderOfBoth",
        "typeof holderOfBoth === 'string'",
      ),
      inObjectLock(
        'holdsBoth ? record.holderIdentity : null',
        'holdsBoth ? record.holderIdentity : (annotationsOf(object)[holdsBothAnnotation] as string) ?? null',
      ),
    ],
  },
];
