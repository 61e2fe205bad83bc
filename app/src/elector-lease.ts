import { now, delay, type Clock } from '../../base/clock.ts';
import { parseStatement } from './elector-statement.ts';
import { getText } from './get-text.ts';
import type { HeardElection } from './heard-election.ts';

export interface FollowLeaseOptions {
  readonly electorUrl: URL;
  readonly election: HeardElection;
  readonly clock: Clock;
  /** Ends the following. */
  readonly signal: AbortSignal;
}

const periodMs = 1000;
const timeoutMs = 1000;

/**
 * Asks the elector every second how long the lease of another pod still lasts: its events tell of this pod's renewals alone. While
 * this pod leads it is not asked, since whoever asks a leader is granted something. Resolves when `signal` aborts; never rejects.
 */
export async function followLease({
  electorUrl,
  election,
  clock,
  signal,
}: FollowLeaseOptions): Promise<void> {
  while (!signal.aborted) {
    await delay(clock, periodMs, signal);
    const { state } = election.state();
    if (state === 'leading' || state === 'silent') continue;
    const askedAt = now(clock);
    try {
      const { expiresInMs } = parseStatement(await getText(electorUrl, { timeoutMs, clock, signal }));
      election.leaseExpires(expiresInMs, askedAt);
    } catch {
      // That the elector does not answer is told by its events, or by their end.
    }
  }
}
