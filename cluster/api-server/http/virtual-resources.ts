import type { User } from '../authentication.ts';
import type { JsonObject } from '../../../base/json.ts';
import {
  selfSubjectAccessReviewSchema,
  selfSubjectReviewSchema,
  selfSubjectRulesReviewSchema,
} from '../schema/reviews.ts';
import type { ObjectSchema } from '../schema/schema.ts';
import { reviewOwnAccess, reviewSelf } from './access-review-request.ts';
import type { Backend } from './api-request.ts';
import { reviewOwnRules } from './rules-review-request.ts';

/** A resource whose objects are answers: they can be created, and are not kept. */
export interface VirtualResource {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly schema: ObjectSchema;
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
    schema: selfSubjectAccessReviewSchema,
    plural: 'selfsubjectaccessreviews',
    singular: 'selfsubjectaccessreview',
    answer: reviewOwnAccess,
  },
  {
    group: 'authorization.k8s.io',
    version: 'v1',
    kind: 'SelfSubjectRulesReview',
    schema: selfSubjectRulesReviewSchema,
    plural: 'selfsubjectrulesreviews',
    singular: 'selfsubjectrulesreview',
    answer: reviewOwnRules,
  },
  {
    group: 'authentication.k8s.io',
    version: 'v1',
    kind: 'SelfSubjectReview',
    schema: selfSubjectReviewSchema,
    plural: 'selfsubjectreviews',
    singular: 'selfsubjectreview',
    answer: reviewSelf,
  },
];
