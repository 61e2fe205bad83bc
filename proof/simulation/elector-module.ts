/** The parts of the elector that the simulation runs, and what an app does by the docs; what is bundled, with one rule broken, to make a mutant. */
export { AppLife } from '../../elector/src/app-life.ts';
export { electionLocks } from '../../elector/src/election-locks.ts';
export { refusalError, requestError } from '../../elector/src/kube-error.ts';
export { LeaderElector } from '../../elector/src/leader-elector.ts';
export { isValid, present } from '../fencing/validity.mjs';
