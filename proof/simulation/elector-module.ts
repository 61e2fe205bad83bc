/** The parts of the elector that the simulation runs; what is bundled, with one rule broken, to make a mutant. */
export { electionLocks } from '../../elector/src/election-locks.ts';
export { refusalError, requestError } from '../../elector/src/kube-error.ts';
export { LeaderElector } from '../../elector/src/leader-elector.ts';
