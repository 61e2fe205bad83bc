import { isNotFound } from '../../cluster/index.ts';
import type { Api, KubernetesObject, ResourceName } from '../../cluster/index.ts';
import { omit } from '../../base/omit.ts';
import { election, namespace } from '../../local/example.ts';
import { holderIn, lockResources } from '../../local/lock.ts';
import { leaderAnnotation } from '../../elector/src/election/leader-election-record.ts';

/** The lock of the example on an embedded cluster, as somebody sees it who may write it. */
export class EmbeddedLock {
  readonly #api: Api;
  readonly #resource: ResourceName;

  constructor(api: Api, kind: keyof typeof lockResources) {
    this.#api = api;
    this.#resource = lockResources[kind];
  }

  /** Deletes it. Returns whether it was there. */
  delete(): boolean {
    return this.#ifThere(() => this.#api.delete(this.#resource, namespace, election));
  }

  /** Deletes its record. Returns whether there was one. */
  deleteRecord(): boolean {
    return this.#ifThere(() => {
      const lock = this.#api.get(this.#resource, namespace, election);
      if (holderIn(lock) === null) return null;
      return this.#api.update(this.#resource, namespace, withoutRecord(lock));
    });
  }

  #ifThere(change: () => KubernetesObject | null): boolean {
    try {
      return change() !== null;
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  }
}

function withoutRecord(lock: KubernetesObject): KubernetesObject {
  if (lock.kind === 'Lease') return { ...lock, spec: {} };
  const annotations = omit(lock.metadata.annotations ?? {}, leaderAnnotation);
  return { ...lock, metadata: { ...lock.metadata, annotations } };
}
