import type { Deployment } from 'kubernetes-types/apps/v1.js';
import { clientset, isConflict, nameOf, resources, ApiStatusError } from '../../cluster/index.ts';
import type {
  Api,
  Clientset,
  KubernetesObject,
  ObjectToWrite,
  Resource,
  Stored,
} from '../../cluster/index.ts';
import type { ResourceRequest } from './messages.ts';
import { UserError } from '../../base/user-error.ts';
import { podsGone, rolledOut } from './rollout.ts';

/** Makes, reads and deletes the embedded cluster's objects, as Pulumi's Kubernetes provider does a cluster's. */
export class KubernetesProvider {
  readonly #api: Api;
  readonly #kube: Clientset;

  constructor(api: Api) {
    this.#api = api;
    this.#kube = clientset(api);
  }

  /** Creates the object, or makes an existing one like it. @throws UserError that names the object */
  apply({ type, inputs }: ResourceRequest): KubernetesObject {
    const resource = resourceOf(type);
    const object = inputs as ObjectToWrite;
    const name = object.metadata?.name ?? '';
    return naming(resource, name, () => {
      const namespace = resource.namespaced ? (object.metadata?.namespace ?? 'default') : null;
      try {
        return this.#api.create(nameOf(resource), namespace, object);
      } catch (error) {
        if (!isConflict(error)) throw error;
        const { uid, resourceVersion } = this.#api.get(nameOf(resource), namespace, name).metadata;
        return this.#api.update(nameOf(resource), namespace, {
          ...object,
          metadata: { ...object.metadata, uid, resourceVersion },
        });
      }
    });
  }

  /** The object of that id, `NAME` or `NAMESPACE/NAME`. @throws UserError that names it */
  read({ type }: ResourceRequest, id: string): KubernetesObject {
    const resource = resourceOf(type);
    const [name = '', namespace] = id.split('/').reverse();
    return naming(resource, name, () =>
      this.#api.get(nameOf(resource), resource.namespaced ? (namespace ?? 'default') : null, name),
    );
  }

  /** The object once it does what it is for: a Deployment once it is rolled out. @throws UserError that names it */
  async settled(object: KubernetesObject): Promise<KubernetesObject> {
    if (object.kind !== 'Deployment') return object;
    return (await rolledOut(this.#kube, asDeployment(object))) as unknown as KubernetesObject;
  }

  /** Deletes the object; resolves once it, and for a Deployment its pods, are gone. */
  async delete(object: KubernetesObject): Promise<void> {
    const { namespace, name, uid } = object.metadata;
    const resource = resources.find(({ kind }) => kind === object.kind);
    try {
      if (resource) this.#api.delete(nameOf(resource), namespace ?? null, name, { preconditions: { uid } });
    } catch (error) {
      // Somebody else has deleted it before.
      if (!(error instanceof ApiStatusError)) throw error;
    }
    if (object.kind === 'Deployment') await podsGone(this.#kube, asDeployment(object));
  }
}

function asDeployment(object: KubernetesObject): Stored<Deployment> {
  return object as unknown as Stored<Deployment>;
}

/** The resource of a type token such as `kubernetes:apps/v1:Deployment`. */
function resourceOf(type: string): Resource {
  const [, groupVersion = '', kind = ''] = type.split(':');
  const [group = '', version] = groupVersion.split('/');
  const found = resources.find(
    (candidate) =>
      candidate.kind === kind && candidate.version === version && (candidate.group || 'core') === group,
  );
  if (!found) throw new UserError(`${type}: the embedded cluster has no such kind of object`);
  return found;
}

function naming<T>({ kind }: Resource, name: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof ApiStatusError)) throw error;
    throw new UserError(`${kind} "${name}": ${error.message}`, { cause: error });
  }
}
