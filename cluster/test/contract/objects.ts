// Objects that several cases need, and the paths of their collections.

/** An image whose program is Node: the only one that the cases run. */
export const nodeImage = 'node:24-slim';

export const endpointsPath = (namespace: string, name = ''): string =>
  joined(`/api/v1/namespaces/${namespace}/endpoints`, name);
export const leasesPath = (namespace: string, name = ''): string =>
  joined(`/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`, name);
export const podsPath = (namespace: string, name = ''): string =>
  joined(`/api/v1/namespaces/${namespace}/pods`, name);
export const servicesPath = (namespace: string, name = ''): string =>
  joined(`/api/v1/namespaces/${namespace}/services`, name);
export const deploymentsPath = (namespace: string, name = ''): string =>
  joined(`/apis/apps/v1/namespaces/${namespace}/deployments`, name);
export const configMapsPath = (namespace: string, name = ''): string =>
  joined(`/api/v1/namespaces/${namespace}/configmaps`, name);
export const serviceAccountsPath = (namespace: string, name = ''): string =>
  joined(`/api/v1/namespaces/${namespace}/serviceaccounts`, name);

const joined = (path: string, name: string) => (name === '' ? path : `${path}/${name}`);

const podSpec = { containers: [{ name: 'main', image: 'example/main:1' }] };

/** A pod that no scheduler gives a node, so that nothing but the case touches it. */
export const idlePod = (name: string, spec: object = {}): object => ({
  metadata: { name, labels: { app: name } },
  spec: { ...podSpec, schedulerName: 'nobody', ...spec },
});

/** A Deployment that wants no pods. */
export const emptyDeployment = (name: string, spec: object = {}): object => ({
  metadata: { name },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: podSpec },
    ...spec,
  },
});
