import type { types } from '@pulumi/kubernetes';
import type * as pulumi from '@pulumi/pulumi';

type Container = types.input.core.v1.Container;

/** What both containers have in common: an image that is on the node already, few rights, and little to run on. */
export function restricted(image: pulumi.Input<string>): Omit<Container, 'name'> {
  return {
    image,
    // The images are built on the node, in no registry: without this, a missing one would be looked for on Docker Hub.
    imagePullPolicy: 'Never',
    resources: {
      requests: { cpu: '20m', memory: '64Mi' },
      limits: { cpu: '1', memory: '128Mi' },
    },
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
    },
  };
}

/** What the elector and the app share, and nobody outside of the pod has. */
export const electorVolume = {
  volume: { name: 'elector', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } },
  mount: { name: 'elector', mountPath: '/var/run/leader-elector' },
} satisfies { volume: types.input.core.v1.Volume; mount: types.input.core.v1.VolumeMount };

/** Where the elector leaves the token by which it knows the app. */
export const tokenFile = `${electorVolume.mount.mountPath}/token`;

/** The pod's own name, which is its identity in the election. */
export const podName: types.input.core.v1.EnvVar = {
  name: 'POD_NAME',
  valueFrom: { fieldRef: { fieldPath: 'metadata.name' } },
};

/** The pod's own address. */
export const podIp: types.input.core.v1.EnvVar = {
  name: 'POD_IP',
  valueFrom: { fieldRef: { fieldPath: 'status.podIP' } },
};
