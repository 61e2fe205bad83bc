import type { User } from '../authentication.ts';
import type { JsonObject } from '../../../base/json.ts';
import { reviewOwnAccess, reviewSelf } from './access-review-request.ts';
import type { Backend } from './api-request.ts';

/** A resource whose objects are answers: they can be created, and are not kept. */
export interface VirtualResource {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  /** Makes the answer out of what the user sent. @throws ApiStatusError 400 */
  answer(backend: Backend, user: User, sent: JsonObject): object;
}

export const virtualResources: readonly VirtualResource[] = [
  {
    group: 'authorization.k8s.io',
    version: 'v1',
    kind: 'SelfSubjectAccessReview',
    plural: 'selfsubjectaccessreviews',
    singular: 'selfsubjectaccessreview',
    answer: reviewOwnAccess,
  },
  {
    group: 'authentication.k8s.io',
    version: 'v1',
    kind: 'SelfSubjectReview',
    plural: 'selfsubjectreviews',
    singular: 'selfsubjectreview',
    answer: reviewSelf,
  },
];
