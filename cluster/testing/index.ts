// What tests look at a cluster's API with, and hold to Kubernetes' conditions what stands in for one. Loads no cluster.
export { ApiClient } from './api-client.ts';
export type { ApiObject, Json } from './api-client.ts';
export { readKubeconfig } from './kubeconfig.ts';
export { seenChange, versioned } from './conditional-store.ts';
export type { ConditionalStore, Fields, Versioned } from './conditional-store.ts';
export { describeConditionalWrites } from './describe-conditional-writes.ts';
export { outcomeOf } from './write-outcome.ts';
