import type { KubernetesObject } from '../cluster/index.ts';

/** An object as kubectl names it: `deployment/leader-elector`. */
export function objectPath({ kind, metadata: { name } }: KubernetesObject): string {
  return `${kind.toLowerCase()}/${name}`;
}
