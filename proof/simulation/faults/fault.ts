import type { LockKind } from '../../../base/lock-kinds.ts';
import type { SimulatedApiServer } from '../simulated-api-server.ts';
import type { SimulatedPod } from '../simulated-pod.ts';
import type { Rollout } from '../rollout.ts';
import type { World } from '../world.ts';

/** A history, as far as faults need it. */
export interface FaultyHistory {
  readonly world: World;
  readonly server: SimulatedApiServer;
  readonly locks: Rollout;
  /** The objects that some pod of this history may hold. */
  readonly lockPaths: readonly string[];
  /** The first pod's lease in milliseconds. */
  readonly leaseMs: number;
  /**
   * Starts a pod's elector, unless it runs, or would be a newcomer beside a vanished lock: that is not promised. By `lock` where it is told
   * another than before.
   */
  startElector(pod: SimulatedPod, lock?: LockKind): void;
  /** Another pod takes the place of this one, which has two leases to end. */
  replace(pod: SimulatedPod, afterMs: number, keepsName: boolean, lock?: LockKind): void;
  /** Lets the lock or its record go by `how`. Returns false, and does nothing, where nothing is promised then. */
  vanish(path: string, how: () => unknown): boolean;
  /** Lets the state go back by so many changes. Returns false, and does nothing, where nothing is promised then. */
  restore(changes: number): boolean;
  /** A candidate does nothing for a lease, of its own accord or because a server asked it to. */
  waitsForLease(): void;
}

/** To which pod a fault is done, for how long, how bad (0 to 1). */
export interface Injection {
  readonly pod: SimulatedPod;
  readonly lengthMs: number;
  readonly strength: number;
}

/** Injects one kind of fault; false where it does not apply now. */
export type Inject = (history: FaultyHistory, injection: Injection) => boolean;
