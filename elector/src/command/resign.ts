import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { delay, systemClock } from '../../../base/clock.ts';
import type { Command, OptionValues } from '../../../base/options.ts';
import { UserError } from '../../../base/user-error.ts';
import type { LeaderElectionRecord } from '../election/leader-election-record.ts';
import { heldRecord, releasedRecord } from '../election/next-record.ts';
import {
  ConflictError,
  type LockObject,
  type LockWrite,
  type ResourceLock,
} from '../election/resource-lock.ts';
import { electionOptions, openLock } from './election-options.ts';
import { leaderLine } from './leader-line.ts';

/** `k8s-leader-elector resign` and its options. */
export const resignSubcommand = {
  command: 'k8s-leader-elector resign',
  summary: 'Ends the term of whoever leads an election, whatever program that is, and lets another lead.',
  options: electionOptions,
  remark:
    'It takes the lock itself, and keeps it for one lease, in which nobody leads: so long the former leader may take to notice. ' +
    'Then it releases the lock, for which every candidate stands, the former leader too.',
} as const satisfies Command;

const requestTimeoutMs = 10_000;
// As long a record without a lease is waited for: client-go's.
const defaultLeaseSeconds = 15;

interface HeldLock {
  readonly object: LockObject;
  readonly record: LeaderElectionRecord;
}

/**
 * Takes the lock from its holder, waits until that can lead no more, and releases it.
 * @throws UserError where nobody leads, or another took the lock meanwhile; Error where the lock cannot be read or written
 */
export async function resignElection(
  options: OptionValues<typeof electionOptions>,
  print: (line: string) => void,
): Promise<void> {
  const { lock, close } = await openLock(options, requestTimeoutMs);
  try {
    const { taken, former } = await takeOver(lock);
    const seconds = former.leaseDurationSeconds || defaultLeaseSeconds;
    print(`took ${lock.describe()} from ${former.holderIdentity}; nobody leads for ${seconds} s`);
    await delay(systemClock, seconds * 1000);
    await release(lock, taken);
    print(`released ${lock.describe()}`);
  } finally {
    close();
  }
}

/** Takes the lock from whoever holds it when this is called; a renewal of that holder comes before it. */
async function takeOver(lock: ResourceLock): Promise<{ taken: HeldLock; former: LeaderElectionRecord }> {
  const identity = `resign_${hostname()}_${randomUUID()}`;
  let { object, record: former } = await readHeld(lock);
  const { holderIdentity } = former;
  for (;;) {
    const leaseDuration = former.leaseDurationSeconds || defaultLeaseSeconds;
    const record = heldRecord(former, { identity, leaseDuration, heldBefore: false }, new Date());
    try {
      const written = await lock.update(object, { ...unheld, record, holderUid: randomUUID() });
      return { taken: { object: written, record }, former };
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
    }
    ({ object, record: former } = await readHeld(lock));
    if (former.holderIdentity !== holderIdentity)
      throw new UserError(
        `${holderIdentity} leads no more: ${former.holderIdentity} has taken ${lock.describe()}`,
      );
  }
}

async function release(lock: ResourceLock, { object, record }: HeldLock): Promise<void> {
  const by = record.holderIdentity;
  try {
    await lock.update(object, {
      ...unheld,
      record: releasedRecord(record, new Date()),
      release: { by, because: 'resigned', successor: null },
    });
  } catch (error) {
    // Its lease has run out by now, too.
    if (!(error instanceof ConflictError)) throw error;
  }
}

const unheld: Omit<LockWrite, 'record'> = { holderUid: null, holdsBoth: false, release: null };

/** @throws UserError where nobody holds the lock */
async function readHeld(lock: ResourceLock): Promise<HeldLock> {
  const object = await lock.get();
  const reading = object?.reading;
  if (object && reading?.kind === 'record' && reading.record.holderIdentity !== '')
    return { object, record: reading.record };
  const sighting = { lock: lock.describe(), object, vanishedHolder: null, hasExpired: null };
  throw new UserError(leaderLine(sighting, Date.now()));
}
