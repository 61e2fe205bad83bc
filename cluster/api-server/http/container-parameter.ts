import type { Pod } from 'kubernetes-types/core/v1.js';
import { badRequest } from '../status.ts';

/**
 * The container that a request for a part of a pod is about: the one that it names, else the pod's only one.
 * @throws ApiStatusError 400 where it names none that the pod has, or none of several
 */
export function containerOf({ metadata, spec }: Pod, wanted: string | null): string {
  const names = (spec?.containers ?? []).map(({ name }) => name);
  const initNames = (spec?.initContainers ?? []).map(({ name }) => name);
  if (wanted !== null && wanted !== '') {
    if ([...names, ...initNames].includes(wanted)) return wanted;
    throw badRequest(`container ${wanted} is not valid for pod ${metadata?.name ?? ''}`);
  }
  const [only, ...others] = names;
  if (only !== undefined && others.length + initNames.length === 0) return only;
  const inits = initNames.length === 0 ? '' : ` or one of the init containers: [${initNames.join(' ')}]`;
  throw badRequest(
    `a container name must be specified for pod ${metadata?.name ?? ''}, choose one of: [${names.join(' ')}]${inits}`,
  );
}
