import type { Container, Pod, ServiceAccount, Volume } from 'kubernetes-types/core/v1.js';
import { ApiStatusError } from '../api.ts';
import type { Api } from '../api.ts';
import { randomSuffix } from '../random-suffix.ts';
import { forbidden } from '../status.ts';

const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * Gives a new pod its service account, and mounts the account's token into every container that mounts nothing
 * there itself. Changes `pod`.
 * @throws ApiStatusError 403 where the account does not exist.
 */
export function admitServiceAccount(pod: Pod, api: Api): void {
  const { spec, metadata = {} } = pod;
  if (!spec) return;
  const name = spec.serviceAccountName || 'default';
  spec.serviceAccountName = spec.serviceAccount = name;
  const account = serviceAccountOf(api, metadata.namespace ?? '', name, metadata.name ?? '');
  if (!(spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true)) return;
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  const lacking = containers.filter((container) => !mountsToken(container));
  if (lacking.length === 0) return;
  const volume = `kube-api-access-${randomSuffix()}`;
  spec.volumes = [...(spec.volumes ?? []), tokenVolume(volume)];
  for (const container of lacking)
    container.volumeMounts = [...(container.volumeMounts ?? []), { name: volume, readOnly: true, mountPath }];
}

const mountsToken = ({ volumeMounts = [] }: Container) =>
  volumeMounts.some((mount) => mount.mountPath === mountPath);

function serviceAccountOf(api: Api, namespace: string, name: string, pod: string): ServiceAccount {
  try {
    return api.get({ group: '', resource: 'serviceaccounts' }, namespace, name) as unknown as ServiceAccount;
  } catch (error) {
    if (!(error instanceof ApiStatusError)) throw error;
    const why = `error looking up service account ${namespace}/${name}: ${error.message.replace('serviceaccounts', 'serviceaccount')}`;
    throw forbidden({ group: '', resource: 'pods' }, pod, why);
  }
}

const tokenVolume = (name: string): Volume => ({
  name,
  projected: {
    defaultMode: 0o644,
    sources: [
      { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      {
        downwardAPI: {
          items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
        },
      },
    ],
  },
});
