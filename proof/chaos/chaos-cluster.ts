import type { Durations } from '../../elector/src/election/leader-election-config.ts';
import type { FaultKind } from './fault-kinds.ts';
import type { Electors } from '../observation/listeners.ts';

/** A pod of the election. */
export interface ChaosPod {
  readonly name: string;
  /** Both of its containers are well, as the kubelet last saw them. */
  readonly isReady: boolean;
  /** It is being deleted. */
  readonly isTerminating: boolean;
}

/** A fault that is to be done. */
export interface Fault {
  readonly kind: FaultKind;
  /** The pod that it befalls; null: all. */
  readonly pod: string | null;
  /** For `API server slow`: how much later everything arrives, in each direction. */
  readonly latencyMs: number;
}

/** Ends a fault that lasts; does nothing for another. */
export type EndFault = () => Promise<void>;

/** A cluster with the example on it, where things can be made to go wrong. */
export interface ChaosCluster extends Electors {
  readonly durations: Durations;
  /** How many pods there should be. */
  readonly replicas: number;
  /** The kinds of faults that can be done here. */
  readonly possible: readonly FaultKind[];
  /** Why the others cannot, as a sentence; null where all can. */
  readonly whyNotAll: string | null;
  /** Does a fault; null: it had no effect. */
  begin(fault: Fault): Promise<EndFault | null>;
  /** Resolves when everything is as before, and nothing of it is left where it was made for this. */
  stop(): Promise<void>;
}
