import { delay } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import { textOf } from '../../base/error-text.ts';
import type { Log } from '../../base/log.ts';
import { ModeLog } from '../../base/mode-log.ts';
import { ElectorConnection, heard } from './elector-connection.ts';
import type { ElectorListener } from './elector-connection.ts';
import { readElectorToken } from './elector-token.ts';

export interface FollowOptions {
  /** Where the elector's HTTP API is. */
  readonly electorUrl: URL;
  /** The file with the token that shows the elector that this app is of its pod; null: it is asked without one. */
  readonly electorTokenFile: string | null;
  /** A connection on which the elector said nothing for this many milliseconds is given up and made anew. */
  readonly leaseDurationMs: number;
  readonly clock: Clock;
  readonly listener: ElectorListener;
  /** Told why the elector is not heard, and when it is again. */
  readonly log: Log;
  /** Ends the following. */
  readonly signal: AbortSignal;
}

const withToken = 'the elector is asked with its token';

// The first wait is short since an elector that restarts is back within a second.
const firstBackoffMs = 100;
const longestBackoffMs = 2000;

// An elector that is heard for less than the longest wait flaps: it is not asked more often than one that is gone.
const lastingMs = longestBackoffMs;

/**
 * Follows the elector's `GET /events`: tells the listener what it says, and connects again whenever the connection ends.
 * After a stall of this process it drops the connection with all that lies unread in it, so that an old "this pod leads,
 * valid for 6 s" does not count from the moment of waking. Resolves when `signal` aborts; never rejects.
 */
export async function followElector(options: FollowOptions): Promise<void> {
  const { clock, log, signal } = options;
  const modes = new ModeLog({ clock, log, initially: heard });
  const tokenModes = new ModeLog({ clock, log, initially: withToken });
  let backoffMs = firstBackoffMs;
  while (!signal.aborted) {
    const headers = await authorization(options.electorTokenFile, tokenModes);
    const end = await new ElectorConnection({ ...options, modes }).follow(headers);
    if (end.type === 'stalled') continue;
    if (end.heardForMs >= lastingMs) backoffMs = firstBackoffMs;
    await delay(clock, backoffMs, signal);
    backoffMs = Math.min(2 * backoffMs, longestBackoffMs);
  }
}

/** The header that shows the elector that this app is of its pod; none where the token cannot be read. Never rejects. */
async function authorization(
  electorTokenFile: string | null,
  modes: ModeLog,
): Promise<{ authorization?: string }> {
  if (electorTokenFile === null) return {};
  try {
    const token = await readElectorToken(electorTokenFile);
    modes.is('info', withToken);
    return { authorization: `Bearer ${token}` };
  } catch (error) {
    modes.is('warn', 'the elector is asked without a token', { why: textOf(error) });
    return {};
  }
}
