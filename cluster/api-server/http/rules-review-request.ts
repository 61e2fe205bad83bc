import { isJsonObject } from '../../../base/json.ts';
import type { JsonObject } from '../../../base/json.ts';
import type { User } from '../authentication.ts';
import { rulesIn } from '../authorization.ts';
import { badRequest } from '../status.ts';
import type { Backend } from './api-request.ts';

/** Answers a SelfSubjectRulesReview, `kubectl auth can-i --list`: what the user may do in a namespace. */
export function reviewOwnRules({ registry }: Backend, user: User, sent: JsonObject): object {
  const spec = isJsonObject(sent['spec']) ? sent['spec'] : {};
  const { namespace } = spec;
  if (typeof namespace !== 'string' || namespace === '') throw badRequest('no namespace on request');
  const rules = rulesIn(registry, user, namespace);
  return {
    kind: 'SelfSubjectRulesReview',
    apiVersion: 'authorization.k8s.io/v1',
    metadata: { creationTimestamp: null },
    spec,
    status: {
      resourceRules: rules.flatMap(({ verbs, apiGroups, resources, resourceNames }) =>
        resources ? [{ verbs, apiGroups, resources, ...(resourceNames && { resourceNames }) }] : [],
      ),
      nonResourceRules: rules.flatMap(({ verbs, nonResourceURLs }) =>
        nonResourceURLs ? [{ verbs, nonResourceURLs }] : [],
      ),
      incomplete: false,
    },
  };
}
