/** What a pod may say about the election at one moment. */
export type ElectionState =
  /** This pod leads, under the name `leader`. */
  | { readonly state: 'leading'; readonly leader: string }
  /** Another pod leads. */
  | { readonly state: 'following'; readonly leader: string }
  /** The elector speaks, and knows of no leader. */
  | { readonly state: 'nobody' }
  /** Nothing was heard from the elector within the lease. */
  | { readonly state: 'silent' };

/** What a pod says of itself: that it leads, that it stands by, or that it does not hear its elector. */
export type PodRole = 'leading' | 'standby' | 'unsure';

export const podRoles: readonly PodRole[] = ['leading', 'standby', 'unsure'];

/** A pod, as it was when it was last heard of. */
export interface PodReport {
  readonly name: string;
  readonly ip: string;
  readonly role: PodRole;
  /** For how many milliseconds nothing newer has been heard of it; 0 for the pod that speaks. */
  readonly silentMs: number;
  /** For how many milliseconds its app has been running, as far as is known; null: nobody has told. */
  readonly upMs: number | null;
}

/** What the page shows at one moment, as the pod that it comes from knows it: one message of `GET /events`. */
export interface PageMessage {
  readonly pod: string;
  readonly ip: string;
  /** The pod's namespace; null where the pod does not know it. */
  readonly namespace: string | null;
  /** The pod's wall clock: milliseconds since 1970. */
  readonly time: number;
  readonly election: ElectionState;
  /** How long a lease lasts, in milliseconds. */
  readonly leaseMs: number;
  /** Milliseconds until others may take the lock unless it is renewed; null: nobody holds it, or the elector does not tell. */
  readonly expiresInMs: number | null;
  /** How often the lock went from one holder to another; null where that is not known. */
  readonly leaderTransitions: number | null;
  /** The fencing token of this pod's term; null unless it leads. */
  readonly fencingToken: string | null;
  /** All pods that are known, the one that speaks included. */
  readonly pods: readonly PodReport[];
}
