/** The parts of the elector that the simulation runs; what is bundled, with one rule broken, to make a mutant. */
export { EndpointsLock } from '../../elector/src/endpoints-lock.ts';
export { refusalError, requestError } from '../../elector/src/kube-error.ts';
export { LeaderElector } from '../../elector/src/leader-elector.ts';
export { LeaseLock } from '../../elector/src/lease-lock.ts';
export { MultiLock } from '../../elector/src/multi-lock.ts';
