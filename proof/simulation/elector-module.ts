/** The parts of the elector that the simulation runs, and what an app does by the docs; what is bundled, with one rule broken, to make a mutant. */
export { AppLife } from '../../elector/src/sidecar/app-life.ts';
export { electionLocks } from '../../elector/src/kubernetes/election-locks.ts';
export { refusalError, requestError } from '../../elector/src/kubernetes/kube-error.ts';
export { LeaderSlice } from '../../elector/src/kubernetes/leader-slice.ts';
export { LeaderElector } from '../../elector/src/election/leader-elector.ts';
export { isValid, present } from '../fencing/validity.mjs';
