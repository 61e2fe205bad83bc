/** A pod of an election. */
export interface ElectorPod {
  readonly name: string;
  /** Both of its containers are well, as the kubelet last saw them. */
  readonly isReady: boolean;
  /** It is being deleted. */
  readonly isTerminating: boolean;
}

/** The pods of an election, and where their electors are reached. */
export interface Electors {
  pods(): readonly ElectorPod[];
  /** The port of 127.0.0.1 that leads to a pod's elector; null while there is none. */
  electorPort(pod: string): number | null;
}
