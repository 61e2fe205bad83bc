/** A container as its pod's status tells. */
export interface ContainerAsSeen {
  readonly name: string;
  /** How often it has ended. */
  readonly ends: number;
  readonly runs: boolean;
}

/** A pod as its object tells. */
export interface PodAsSeen {
  readonly name: string;
  /** STATUS, as `kubectl get pods` shows it. */
  readonly status: string;
  readonly restarts: number;
  readonly isReady: boolean;
  /** Whether it was deleted and has not ended yet. */
  readonly isStopping: boolean;
  /** Whether all its containers have passed their startup probes. */
  readonly hasStarted: boolean;
  readonly containers: readonly ContainerAsSeen[];
}

/** What whoever released a lock left in it, in the annotation `leader-elector/release`. */
export interface ReleaseNote {
  /** The pod that released it. */
  readonly by: string;
  /** Such as `stopping`, `resigned`, `app ended`. */
  readonly because: string;
  /** The pod that is asked to follow. */
  readonly successor: string | null;
}

/** The lock as its object tells. */
export interface LockAsSeen {
  /** A pod's name; `""`: it was released. */
  readonly holder: string;
  /** How long it stays held without a renewal, in milliseconds. */
  readonly leaseMs: number;
  /** How often it went from one holder to another. */
  readonly transitions: number;
  /** Null while it is held, and where whoever released it said nothing. */
  readonly release: ReleaseNote | null;
}

/** What is seen of the election from outside, and what was done to it from here. */
export type StoryEvent =
  | { readonly type: 'pod'; readonly pod: PodAsSeen }
  | { readonly type: 'pod gone'; readonly pod: string }
  | { readonly type: 'lock'; readonly lock: LockAsSeen }
  | { readonly type: 'lock deleted' }
  /** All processes of a pod were ended by SIGKILL; its object will tell. */
  | { readonly type: 'killed'; readonly pod: string }
  /** All processes of a pod were stopped, which shows in no object. */
  | { readonly type: 'frozen'; readonly pod: string }
  | { readonly type: 'thawed'; readonly pod: string }
  /** A thawed pod's first answer to the question whether it leads. */
  | { readonly type: 'answered'; readonly pod: string; readonly isLeader: boolean }
  /** Something to tell beside the election. */
  | { readonly type: 'note'; readonly text: string };
