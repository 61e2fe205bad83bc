import type { Mutant } from './mutant.ts';
import { inNextStep, inObservedLock, inObservedLocks, inLockClaim } from './patches.ts';

/** Rules 2 and 3: how long a held or vanished lock is waited out. */
export const waiting: readonly Mutant[] = [
  {
    rule: 2,
    breach: "the lease counts from the record's renewTime, by the wall clock",
    patches: [
      inObservedLock(
        ': freeAt(this.#observed.claim);',
        `: this.#observed.claim.leaseDurationMs + this.#options.clock.monotonic()
          - this.#options.clock.wall() + (this.#observed.claim.record?.renewTime?.getTime() ?? 0);`,
      ),
    ],
  },
  {
    rule: 2,
    breach: "a candidate waits its own lease, not the holder's",
    patches: [
      inLockClaim(
        'return leaseDurationSeconds >= 1 ? leaseDurationSeconds * 1000 : ownLeaseDurationMs;',
        'return leaseDurationSeconds === -1 ? 0 : ownLeaseDurationMs;',
      ),
    ],
  },
  {
    rule: 2,
    breach: 'changes of the lock do not restart the wait while the holder is the same',
    patches: [
      inLockClaim(
        '  const unchangedSince = at.monotonic;\n',
        `  const same = object?.reading.kind === 'record' && before?.record?.holderIdentity === object.reading.record.holderIdentity;
         const unchangedSince = same && before !== null ? before.unchangedSince : at.monotonic;\n`,
      ),
    ],
  },
  {
    rule: 3,
    breach: 'what vanished is free',
    patches: [
      inLockClaim(
        'if (before !== null) return { ...before, unchangedSince };',
        'if (before !== null) return null;',
      ),
    ],
  },
  {
    rule: 3,
    breach: 'the wait goes on from the last change before the lock vanished',
    among: ['lock deleted', 'record lost', 'requests lost', 'partition', 'watches lag', 'slow'],
    patches: [
      inLockClaim(
        'if (before !== null) return { ...before, unchangedSince };',
        'if (before !== null) return before;',
      ),
    ],
  },
  {
    rule: 3,
    breach: 'a former leader writes a vanished lock again at once',
    among: ['lock deleted', 'record lost', 'requests lost', 'partition', 'answers lost', 'slow'],
    patches: [
      inNextStep(
        'if (hasRight && locks.haveVanished) return -Infinity;',
        'if (locks.areMine && locks.haveVanished) return -Infinity;',
      ),
      inNextStep(
        'if (locks.goneSince !== null && !hasRight) {',
        'if (locks.goneSince !== null && !locks.areMine) {',
      ),
    ],
  },
  {
    rule: 3,
    breach: 'a state that went back to a release is free',
    among: ['state restored', 'resigns', 'stands aside', 'requests lost', 'watches lag', 'pod deleted'],
    patches: [inLockClaim('if (!change.wentBack) return null;', 'return null;')],
  },
  {
    rule: 3,
    breach: 'a record of its own that the state went back to is released at once',
    among: ['state restored', 'resigns', 'stands aside', 'app hangs', 'pod deleted'],
    patches: [
      inNextStep('Math.max(view.locks.mineSince, ', 'Math.max('),
      inObservedLocks('this.mineSince > time ? [] : ', ''),
    ],
  },
  {
    rule: 3,
    breach: 'who held the lock before the state went back is forgotten',
    patches: [
      inLockClaim(
        'if (wentBack) return at.monotonic + (before?.leaseDurationMs ?? ownLeaseDurationMs);',
        'if (wentBack) return -Infinity;',
      ),
    ],
  },
];
