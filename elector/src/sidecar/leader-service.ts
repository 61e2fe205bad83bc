import { systemClock } from '../../../base/clock.ts';
import { usageError } from '../../../base/user-error.ts';
import { LeaderSlice, type LeaderSliceOptions } from '../kubernetes/leader-slice.ts';
import { environmentVariable, type Flags } from './flags.ts';

/**
 * What lets the leader's Service lead to this pod while it leads; null: there is no such Service.
 * @throws UserError where the pod's address is not known
 */
export function leaderSlice(
  { leaderService: name, podIp: ip, id, ttlSeconds }: Flags,
  {
    uid,
    ...options
  }: Pick<LeaderSliceOptions, 'client' | 'namespace' | 'log' | 'retryPeriodMs'> & {
    readonly uid: string;
  },
): LeaderSlice | null {
  if (name === null) return null;
  if (ip === null) {
    throw usageError(
      `--leader-service needs --pod-ip (or ${environmentVariable('pod-ip')}), the address that the Service is to lead to`,
    );
  }
  return new LeaderSlice({
    ...options,
    name,
    pod: { name: id, uid, ip },
    clock: systemClock,
    checkPeriodMs: ttlSeconds * 1000,
  });
}
