import { conditionalWrites } from './conditional-writes.ts';
import { fencingToken } from './fencing-token.ts';
import { identity } from './identity.ts';
import { leaderService } from './leader-service.ts';
import { release } from './release.ts';
import { rightToLead } from './right.ts';
import { twoLocks } from './two-locks.ts';
import { waiting } from './waiting.ts';
import type { Mutant } from './mutant.ts';

/**
 * For each rule of docs/safety.md, ways to break it and nothing else. Left to elector/test are breaches that need too rare a coincidence (a
 * late create that leads at once, rule 3; a lock that is put back with its holder's uid, rule 7; of two locks, a second one that is written
 * as it is by then, and a first one that is unchanged since the wall clock was set back), and those that no instant of a history shows: a
 * lock that is not renewed while onStartedLeading drains, since the simulated app stops then; and what that was granted when drainTimeout
 * is over, since the simulated app has none (rule 6).
 */
export const mutants: readonly Mutant[] = [
  ...conditionalWrites,
  ...waiting,
  ...rightToLead,
  ...release,
  ...identity,
  ...fencingToken,
  ...twoLocks,
  ...leaderService,
];
