import { fileURLToPath } from 'node:url';
import type { Api } from '../../cluster/index.ts';

const worker = fileURLToPath(new URL('worker.mjs', import.meta.url));
const serviceAccount = 'worker';
const rbac = 'rbac.authorization.k8s.io';

/** Makes a namespace whose service account `worker` may take part in elections there. */
export function createNamespace(api: Api, namespace: string): void {
  const metadata = { name: serviceAccount };
  api.create({ group: '', resource: 'namespaces' }, null, { metadata: { name: namespace } });
  api.create({ group: '', resource: 'serviceaccounts' }, namespace, { metadata });
  api.create({ group: rbac, resource: 'roles' }, namespace, {
    metadata,
    rules: [
      {
        apiGroups: ['', 'coordination.k8s.io'],
        resources: ['endpoints', 'leases'],
        verbs: ['get', 'list', 'watch', 'create', 'update'],
      },
    ],
  });
  api.create({ group: rbac, resource: 'rolebindings' }, namespace, {
    metadata,
    roleRef: { apiGroup: rbac, kind: 'Role', name: serviceAccount },
    subjects: [{ kind: 'ServiceAccount', name: serviceAccount, namespace }],
  });
}

/** Starts a pod of an elector and a worker that writes to the store on that port of this machine. */
export function createPod(api: Api, namespace: string, name: string, storePort: number): void {
  const elector = [
    '--election=work',
    `--id=${name}`,
    '--ttl=3s',
    '--http=:4040',
    '--use-cluster-credentials',
  ];
  const env = [
    { name: 'POD_NAME', value: name },
    { name: 'STORE_URL', value: `http://127.0.0.1:${storePort}/` },
  ];
  api.create({ group: '', resource: 'pods' }, namespace, {
    metadata: { name },
    spec: {
      serviceAccountName: serviceAccount,
      initContainers: [
        {
          name: 'leader-elector',
          image: 'leader-elector',
          args: elector,
          restartPolicy: 'Always',
          startupProbe: { httpGet: { path: '/healthz', port: 4040 }, periodSeconds: 1, failureThreshold: 60 },
        },
      ],
      containers: [{ name: 'worker', image: 'node', args: ['node', worker], env }],
    },
  });
}
