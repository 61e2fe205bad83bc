import type { ResourceName } from '../api-server/api.ts';

/** A resource that objects can be of: as discovery lists it. */
export interface ResourceKind {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

/** How the API's calls name a resource. */
export function resourceName({ group, plural }: ResourceKind): ResourceName {
  return { group, resource: plural };
}

/** The group in an apiVersion. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
}
