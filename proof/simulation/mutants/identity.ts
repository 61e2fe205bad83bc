import type { Mutant } from './mutant.ts';
import { inCandidacy, inObservedLock, inLockClaim, importNow, inherit, leadByReading } from './patches.ts';

/** Rules 7 and 8: who holds the lock, and who is named. */
export const identity: readonly Mutant[] = [
  {
    rule: 7,
    breach: 'a restarted elector leads on without a write',
    patches: [
      inCandidacy(inherit, `if (!this.#requests.hasWritten && ${leadByReading}) this.#onTermBegin();`),
      importNow,
    ],
  },
  {
    rule: 7,
    breach: 'the name alone tells who holds the lock',
    patches: [
      inObservedLock(
        'return this.holderIdentity === identity && this.#observed.claim?.holderUid === uid;',
        'return this.holderIdentity === identity && uid !== identity;',
      ),
    ],
  },
  {
    rule: 8,
    breach: 'the last holder is named for ever',
    patches: [
      inObservedLock(
        "return this.nameValidForMs > 0 && name !== unknownHolder ? name : '';",
        "return name !== unknownHolder ? name : '';",
      ),
    ],
  },
  {
    rule: 8,
    breach: 'an answer that comes when another attempt has succeeded is dropped, and seen later',
    among: ['slow', 'requests lost', 'answers lost', 'server writes slowly'],
    patches: [
      inObservedLock('return attempt(() => this.#readOnce(), this.#options);', 'return this.#readOnce();'),
      inObservedLock(
        'const object = await this.lock.get();',
        'const object = await attempt(() => this.lock.get(), this.#options);',
      ),
    ],
  },
  {
    rule: 8,
    breach: 'the holder of a lock that vanished is named for another lease',
    patches: [
      inLockClaim(
        'if (before !== null) return { ...before, unchangedSince };',
        'if (before !== null) return { ...before, unchangedSince, namedAt: at };',
      ),
    ],
  },
];
