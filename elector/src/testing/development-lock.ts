import { existsSync } from 'node:fs';
import { asLog, type LogTarget } from '../election/log-target.ts';
import { serviceAccountFolder } from '../kubernetes/service-account-folder.ts';
import { MemoryLock } from './memory-lock.ts';

/** What a `DevelopmentLock` is told. */
export interface DevelopmentLockOptions {
  /** Where it says that there is no election. Default: `console`. */
  readonly log?: LogTarget;
}

/**
 * A lock for development outside a cluster: it is in this process's memory, so whoever is given it leads, without an election. It says so in
 * the log, and refuses to be made in a pod.
 */
export class DevelopmentLock extends MemoryLock {
  /** @throws Error in a pod, where there are other candidates, and all would lead */
  constructor({ log = console }: DevelopmentLockOptions = {}) {
    refuseInPod(process.env);
    super();
    asLog(log).warn('no election is held: a DevelopmentLock lets this process lead, whoever else runs');
  }

  override describe(): string {
    return 'the lock for development';
  }
}

function refuseInPod(env: NodeJS.ProcessEnv): void {
  const token = `${serviceAccountFolder(env)}/token`;
  const sign = env['KUBERNETES_SERVICE_HOST']
    ? 'KUBERNETES_SERVICE_HOST is set'
    : existsSync(token)
      ? `${token} exists`
      : null;
  if (sign === null) return;
  throw new Error(
    `a DevelopmentLock is for development outside a cluster, and this is a pod (${sign}): every replica would lead; use a LeaseLock`,
  );
}
