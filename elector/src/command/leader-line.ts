import type { LeaderElectionRecord } from '../election/leader-election-record.ts';
import type { LockObject } from '../election/resource-lock.ts';

/** What is known of a lock at one moment. */
export interface LockSighting {
  /** Such as `leases default/example`. */
  readonly lock: string;
  /** null: there is none. */
  readonly object: LockObject | null;
  /** Who held the lock when it vanished, and may lead for as long as its lease lasts; null: nobody is known. */
  readonly vanishedHolder: string | null;
  /** Whether the holder was seen not to renew for a whole lease; null: it was not watched for so long. */
  readonly hasExpired: boolean | null;
}

/** Who leads, in one line; times are those of the holder's clock. `now` is this machine's, in milliseconds since 1970. */
export function leaderLine({ lock, object, vanishedHolder, hasExpired }: LockSighting, now: number): string {
  const reading = object?.reading ?? { kind: 'none' as const };
  switch (reading.kind) {
    case 'foreign':
      return `nobody leads: ${reading.problem}`;
    case 'unreadable':
      return `nobody knows who leads: the record of ${lock} cannot be read (${reading.problem})`;
    case 'none':
      if (vanishedHolder !== null)
        return `${lock} has vanished; ${vanishedHolder} may lead until its lease has run out`;
      return `nobody leads: ${object === null ? 'there is no' : 'nothing is said in'} ${lock}`;
    case 'record':
      if (reading.record.holderIdentity === '') return releasedLine(lock, object, reading.record);
      return heldLine(lock, reading.record, hasExpired, now);
  }
}

function releasedLine(lock: string, object: LockObject | null, { renewTime }: LeaderElectionRecord): string {
  const release = object?.release ?? null;
  const by = release === null ? '' : ` by ${release.by} (${release.because})`;
  return `nobody leads: ${lock} was released${by}${renewTime === null ? '' : ` at ${timeOf(renewTime)}`}`;
}

function heldLine(
  lock: string,
  record: LeaderElectionRecord,
  hasExpired: boolean | null,
  now: number,
): string {
  const { holderIdentity, leaseDurationSeconds, acquireTime, renewTime } = record;
  const leaseMs = leaseDurationSeconds * 1000;
  const unrenewedMs = renewTime === null ? 0 : now - renewTime.getTime();
  const since = acquireTime === null ? '' : ` since ${timeOf(acquireTime)}`;
  // Nobody but the candidates, who watch the lock, knows: the two clocks may differ by more than a lease.
  const seemsExpired = renewTime !== null && unrenewedMs > leaseMs;
  if (!(hasExpired ?? seemsExpired)) return `${holderIdentity} leads ${lock}${since}`;
  const seems = hasExpired === null ? `, by the clocks of ${holderIdentity} and of this machine` : '';
  const renewed = renewTime === null ? '' : `, which it renewed last at ${timeOf(renewTime)}`;
  return `nobody leads: ${holderIdentity} has let its lease of ${leaseDurationSeconds} s on ${lock} run out${renewed}${seems}`;
}

/** To the second, as kubectl shows times. */
function timeOf(time: Date): string {
  return `${time.toISOString().slice(0, -'.000Z'.length)}Z`;
}
