import { isDeepStrictEqual } from 'node:util';
import type { Api, KubernetesObject, ObjectToWrite, ResourceName, Selection, WatchEvent } from './api.ts';
import { afterDeletion, checkPreconditions, isKept } from './deletion.ts';
import type { DeleteOptions } from './deletion.ts';
import { draftForCreate, draftForUpdate } from './drafts.ts';
import type { UpdatedPart } from './drafts.ts';
import { omit } from '../../base/omit.ts';
import { validateMetadata } from './object-metadata.ts';
import type { Resource } from './resource.ts';
import { nameOf } from './resource.ts';
import { findResource } from './resources.ts';
import { changeAsEvent, selectionFilter } from './selection.ts';
import { alreadyExists, forbidden, invalid, notFound } from './status.ts';
import { Store, objectKey } from './store.ts';
import type { StoredChange } from './store.ts';
import { checkUid, checkResourceVersion } from './update-preconditions.ts';

export interface WriteOptions {
  /** Answer as usual, but change nothing. */
  readonly dryRun?: boolean;
}

/**
 * The API's objects, in memory, with the rules of reading and writing them. Every call takes effect at once; the
 * callbacks of watches follow right after, in the order of the changes.
 */
export class Registry implements Api {
  readonly #store = new Store();

  /** The resourceVersion of the latest change to any object. */
  get resourceVersion(): string {
    return String(this.#store.version);
  }

  get(name: ResourceName, namespace: string | null, objectName: string): KubernetesObject {
    const resource = findResource(name);
    const found = this.#store.get(resource.plural, objectKey(namespace, objectName));
    if (!found) throw notFound(nameOf(resource), objectName);
    return found;
  }

  has(name: ResourceName, namespace: string | null, objectName: string): boolean {
    return this.#store.get(findResource(name).plural, objectKey(namespace, objectName)) !== null;
  }

  list(name: ResourceName, selection: Selection): { items: KubernetesObject[]; resourceVersion: string } {
    const resource = findResource(name);
    const items = this.#store.all(resource.plural).filter(selectionFilter(resource, selection));
    return { items, resourceVersion: this.resourceVersion };
  }

  create(
    name: ResourceName,
    namespace: string | null,
    object: ObjectToWrite,
    options: WriteOptions = {},
  ): KubernetesObject {
    const resource = findResource(name);
    const draft = draftForCreate(resource, namespace, object);
    if (namespace !== null) this.#requireLivingNamespace(resource, namespace, draft.metadata.name);
    resource.setDefaults?.(draft);
    resource.prepareForCreate?.(draft, this);
    if (resource.generationOf) draft.metadata = { ...draft.metadata, generation: 1 };
    this.#validate(resource, draft, null);
    if (this.#store.get(resource.plural, objectKey(namespace, draft.metadata.name)))
      throw alreadyExists(nameOf(resource), draft.metadata.name);
    return this.#put(resource, draft, options);
  }

  update(
    name: ResourceName,
    namespace: string | null,
    object: ObjectToWrite,
    part: UpdatedPart = 'object',
    options: WriteOptions = {},
  ): KubernetesObject {
    const resource = findResource(name);
    const objectName = object.metadata?.name ?? '';
    const existing = this.#store.get(resource.plural, objectKey(namespace, objectName));
    if (!existing && !(resource.createOnUpdate && part === 'object'))
      throw notFound(nameOf(resource), objectName);
    checkUid(resource, existing, object);
    if (!existing) return this.create(name, namespace, versionless(object), options);
    checkResourceVersion(resource, existing, object);
    const draft = draftForUpdate(resource, existing, object, part);
    this.#validate(resource, draft, existing);
    if (isDeepStrictEqual(draft, existing)) return existing;
    return isKept(draft) ? this.#put(resource, draft, options) : this.#remove(resource, draft, options);
  }

  delete(
    name: ResourceName,
    namespace: string | null,
    objectName: string,
    options: DeleteOptions = {},
  ): KubernetesObject {
    const resource = findResource(name);
    const existing = this.get(name, namespace, objectName);
    if (resource.undeletable?.includes(objectName))
      throw forbidden(name, objectName, `this ${resource.singular} may not be deleted`);
    checkPreconditions(resource, existing, options);
    const left = afterDeletion(resource, existing, options);
    if (!left) return this.#remove(resource, existing, options);
    return isDeepStrictEqual(left, existing) ? existing : this.#put(resource, left, options);
  }

  watch(name: ResourceName, selection: Selection, onEvent: (event: WatchEvent) => void): () => void {
    const { items, resourceVersion } = this.list(name, selection);
    for (const object of items) onEvent({ type: 'ADDED', object });
    return this.watchFrom(name, selection, resourceVersion, onEvent);
  }

  /**
   * Calls `onEvent` for each change after `resourceVersion`; for those that happened already, before this returns.
   * Returns what ends the watch.
   * @throws ApiStatusError 410 where the changes since then are no longer all known.
   */
  watchFrom(
    name: ResourceName,
    selection: Selection,
    resourceVersion: string,
    onEvent: (event: WatchEvent) => void,
  ): () => void {
    const resource = findResource(name);
    const filter = selectionFilter(resource, selection);
    let latest = Number(resourceVersion);
    const show = (change: StoredChange) => {
      if (change.version <= latest) return;
      latest = change.version;
      const event = change.resource === resource.plural ? changeAsEvent(change, filter) : null;
      if (event) onEvent(event);
    };
    // A callback may itself write, so the past can grow while it is shown.
    for (
      let past = this.#store.changesSince(latest);
      past.length > 0;
      past = this.#store.changesSince(latest)
    )
      past.forEach(show);
    return this.#store.subscribe(show);
  }

  #requireLivingNamespace(resource: Resource, namespace: string, objectName: string): void {
    const found = this.get({ group: '', resource: 'namespaces' }, null, namespace);
    if (found.metadata.deletionTimestamp === undefined) return;
    const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
    throw forbidden(nameOf(resource), objectName, why);
  }

  #validate(resource: Resource, draft: KubernetesObject, existing: KubernetesObject | null): void {
    const errors = [
      ...validateMetadata(resource, draft),
      ...(resource.validate?.(draft) ?? []),
      ...(existing ? (resource.validateUpdate?.(draft, existing) ?? []) : []),
    ];
    // Addresses are handed out last, to objects that are right otherwise.
    if (errors.length === 0) errors.push(...(resource.allocate?.(draft, this) ?? []));
    if (errors.length > 0) throw invalid(resource.kind, resource.group, draft.metadata.name, errors);
  }

  #put(resource: Resource, object: KubernetesObject, { dryRun = false }: WriteOptions): KubernetesObject {
    if (dryRun) return object;
    const { namespace = null, name } = object.metadata;
    return this.#store.put(resource.plural, objectKey(namespace, name), object);
  }

  #remove(resource: Resource, object: KubernetesObject, { dryRun = false }: WriteOptions): KubernetesObject {
    if (dryRun) return object;
    const { namespace = null, name } = object.metadata;
    return this.#store.remove(resource.plural, objectKey(namespace, name), object);
  }
}

const versionless = (object: ObjectToWrite): ObjectToWrite =>
  object.metadata ? { ...object, metadata: omit(object.metadata, 'resourceVersion') } : object;
