import type { Durations } from '../../elector/src/election/leader-election-config.ts';
import type { ChaosFaultKind } from './chaos-faults.ts';
import type { Electors } from '../observation/electors.ts';

/** A fault that is to be injected. */
export interface ChaosFault {
  readonly kind: ChaosFaultKind;
  /** The pod that it befalls; null: all. */
  readonly pod: string | null;
  /** For `API server slow`: how much later everything arrives, in each direction. */
  readonly latencyMs: number;
}

/** Ends a fault that lasts; does nothing for another. */
export type EndFault = () => Promise<void>;

/** A cluster with the example on it, into which faults can be injected. */
export interface ChaosCluster extends Electors {
  readonly durations: Durations;
  /** How many pods there should be. */
  readonly replicas: number;
  /** The kinds of faults that can be injected here. */
  readonly possible: readonly ChaosFaultKind[];
  /** Why the others cannot, as a sentence; null where all can. */
  readonly whyNotAll: string | null;
  /** Injects a fault; null: it had no effect. */
  inject(fault: ChaosFault): Promise<EndFault | null>;
  /** Resolves when everything is as before, and nothing of it is left where it was made for this. */
  stop(): Promise<void>;
}
