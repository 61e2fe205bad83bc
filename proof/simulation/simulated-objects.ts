import { KubeObjects } from '../../base/testing/kube-objects.ts';
import type { JsonObject } from '../../base/json.ts';
import type { World } from './world.ts';

// Other objects change as well. It leaves room for versions that were not used before the state was restored.
const versionStep = 16;

/** The objects behind the simulated API server, which can be read as they were, and restored as they were. */
export class SimulatedObjects extends KubeObjects {
  readonly #timeOf = new Map<number, number>();
  #restorations = 0;

  constructor(world: World) {
    super({ resourceVersion: versionStep * Math.floor(world.random.between(1, 1000)), step: versionStep });
    this.subscribe(({ resourceVersion }) => this.#timeOf.set(resourceVersion, world.now));
  }

  /** The object as it was at a true time; null where there was none. */
  readAt(path: string, time: number): JsonObject | null {
    const isBy = (version: number) => (this.#timeOf.get(version) ?? Infinity) <= time;
    const change = this.since(0, path).findLast(({ resourceVersion }) => isBy(resourceVersion));
    return change === undefined || change.type === 'DELETED' ? null : change.object;
  }

  /** The versions that its objects have had, as far as they are known, in order. */
  get versions(): readonly number[] {
    return this.since(0).map((change) => change.resourceVersion);
  }

  /**
   * Goes back to how all was at `resourceVersion`, and counts on from there. The versions to come are not those that were: that one number
   * stands for two states is what no candidate can tell, and nothing is promised then. Returns whether there were such versions left.
   */
  goBack(resourceVersion: number): boolean {
    if (this.#restorations === versionStep - 1) return false;
    this.#restorations += 1;
    this.restore(resourceVersion, resourceVersion - (resourceVersion % versionStep) + this.#restorations);
    return true;
  }
}
