import assert from 'node:assert/strict';
import type { APIResourceList } from 'kubernetes-types/meta/v1.js';
import { parseAllDocuments } from 'yaml';
import { useCluster } from '../../cluster/test/contract/cluster.ts';
import type { KubernetesObject } from '../../cluster/index.ts';
import { inject } from '../../infra/inject/inject.ts';
import { renderManifests } from '../../local/engine/render-manifests.ts';

/** Keys of the stack's configuration, together the values that make a difference to an object. */
const variants: readonly Readonly<Record<string, string>>[] = [
  {},
  { scope: 'cluster', replicas: '1', ttlSeconds: '86400', successor: 'false' },
  { lock: 'leases', nativeSidecar: 'false' },
  { lock: 'endpointsleases', scope: 'cluster', networkPolicy: 'true' },
  { leaderService: 'true', networkPolicy: 'true' },
  { leaderService: 'true', scope: 'cluster', lock: 'leases' },
  { images: 'registry', registry: 'ghcr.io/me', imagePullSecret: 'pull', nodePort: '32767' },
];

/** Somebody else's, which meets the Pod Security Standard "restricted". */
const workload = (kind: string) => `
apiVersion: apps/v1
kind: ${kind}
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  ${kind === 'StatefulSet' ? 'serviceName: web' : ''}
  template:
    metadata: {labels: {app: web}}
    spec:
      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
      containers:
        - name: web
          image: nginx:1.29
          securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
`;

describe('The manifests on an API server, which takes nothing amiss in a dry run', () => {
  const cluster = useCluster();

  /** Where objects like this are made; undefined where the cluster has no such kind. */
  async function collectionOf({ apiVersion, kind, metadata }: KubernetesObject): Promise<string | undefined> {
    const version = `${apiVersion.includes('/') ? '/apis' : '/api'}/${apiVersion}`;
    const { resources } = (await cluster.client.get(version)).body as unknown as APIResourceList;
    const resource = resources.find((one) => one.kind === kind && !one.name.includes('/'));
    if (resource === undefined) return undefined;
    const { namespace = cluster.namespace } = metadata;
    return `${version}${resource.namespaced ? `/namespaces/${namespace}` : ''}/${resource.name}`;
  }

  /** As `kubectl apply --dry-run=server --validate=strict`. Fails at as much as a warning. Returns whether the cluster has all these kinds. */
  async function dryRun(yaml: string): Promise<boolean> {
    let isWhole = true;
    for (const document of parseAllDocuments(yaml)) {
      const object = document.toJS() as KubernetesObject;
      const name = `${object.kind} ${object.metadata.name}`;
      const collection = await collectionOf(object);
      if (collection === undefined) {
        isWhole = false;
        continue;
      }
      const { client } = cluster;
      const { code, headers, text } = await client.post(
        `${collection}?dryRun=All&fieldValidation=Strict`,
        object,
      );
      assert.equal(code, 201, `${name}: ${text}`);
      assert.equal(headers['warning'], undefined, name);
    }
    return isWhole;
  }

  before('is to warn of pods that do not meet the Pod Security Standard "restricted"', async () => {
    const labels = { 'pod-security.kubernetes.io/warn': 'restricted' };
    await cluster.client.patch(`/api/v1/namespaces/${cluster.namespace}`, 'merge', { metadata: { labels } });
  });

  for (const set of variants)
    it(`of the stack with ${JSON.stringify(set)}`, async () => {
      const yaml = await renderManifests({ ...set, namespace: cluster.namespace });
      assert.ok(await dryRun(yaml));
    });

  it('of the stack with a namespace of its own', async () => {
    const set = { namespace: `${cluster.namespace}-own`, createNamespace: 'true' };
    const [namespace = ''] = (await renderManifests(set)).split('---\n');
    assert.ok(await dryRun(namespace));
  });

  for (const kind of ['Deployment', 'StatefulSet', 'DaemonSet'])
    it(`of somebody else's ${kind} with an elector`, async function () {
      const { yaml } = inject(workload(kind), {
        image: 'ghcr.io/me/leader-elector:1',
        imagePullPolicy: 'IfNotPresent',
        election: null,
        namespace: cluster.namespace,
        lock: 'leases',
        ttlSeconds: 10,
        appHealthUrl: null,
        nativeSidecar: true,
      });
      if (!(await dryRun(yaml))) this.skip();
    });
});
