// The face of the embedded cluster: what programs and tests outside of cluster/ use of it. README.md shows how.
export { clusterName, EmbeddedCluster } from './cluster.ts';
export type { EmbeddedClusterOptions } from './cluster.ts';
export type { ResolveImage } from './kubelet/kubelet-context.ts';

// The API server alone, and what tells clients where it is.
export { ApiServer } from './api-server/api-server.ts';
export { createServerCertificate } from './api-server/certificates.ts';
export { kubeconfigFor } from './api-server/kubeconfig.ts';

// The API as the programs in this process call it: any object by its resource, or typed objects by a client for each kind.
export { ApiStatusError } from './api-server/api.ts';
export type { Api, KubernetesObject, ObjectToWrite, ResourceName } from './api-server/api.ts';
export { clientset } from './client/clientset.ts';
export type { Clientset } from './client/clientset.ts';
export { isConflict, isNotFound } from './client/resource-client.ts';
export type { Stored } from './client/resource-client.ts';

// What it knows of the kinds of objects, and of pods.
export { apiVersionOf, nameOf } from './api-server/resource.ts';
export type { Resource } from './api-server/resource.ts';
export { resources } from './api-server/resources.ts';
export { podColumns } from './api-server/resources/pod-columns.ts';
export type { Schema } from './api-server/schema/schema.ts';
export { isReady } from './controllers/pod-conditions.ts';

export { NodePort } from './service-proxy/node-port.ts';
