import { kind } from './meta.ts';
import { any, boolean, each, int32, int64, object, string, strings } from './schema.ts';

// What is sent to be answered, and not kept.

export const selfSubjectAccessReviewSchema = kind('SelfSubjectAccessReview', {
  spec: object('SelfSubjectAccessReviewSpec', {
    resourceAttributes: object('ResourceAttributes', {
      ...each(string, 'namespace', 'verb', 'group', 'version', 'resource', 'subresource', 'name'),
      ...each(any, 'fieldSelector', 'labelSelector'),
    }),
    nonResourceAttributes: object('NonResourceAttributes', each(string, 'path', 'verb')),
  }),
});

export const selfSubjectRulesReviewSchema = kind('SelfSubjectRulesReview', {
  spec: object('SelfSubjectRulesReviewSpec', { namespace: string }),
});

export const selfSubjectReviewSchema = kind('SelfSubjectReview', {});

export const tokenRequestSchema = kind('TokenRequest', {
  spec: object('TokenRequestSpec', {
    audiences: strings,
    expirationSeconds: int64,
    boundObjectRef: object('BoundObjectReference', each(string, 'kind', 'apiVersion', 'name', 'uid')),
  }),
});

export const deleteOptionsSchema = object('DeleteOptions', {
  ...each(string, 'kind', 'apiVersion', 'propagationPolicy'),
  gracePeriodSeconds: int64,
  preconditions: object('Preconditions', each(string, 'uid', 'resourceVersion')),
  ...each(boolean, 'orphanDependents', 'ignoreStoreReadErrorWithClusterBreakingPotential'),
  dryRun: strings,
});

export const evictionSchema = kind('Eviction', { deleteOptions: deleteOptionsSchema });

export const scaleSchema = kind('Scale', { spec: object('ScaleSpec', { replicas: int32 }) });
