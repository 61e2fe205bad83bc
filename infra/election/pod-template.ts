import type { types } from '@pulumi/kubernetes';
import type { Input } from '@pulumi/pulumi';

// What the sidecar is added to is looked into, so its lists and names are plain. All else may be an Output, and stays one.

/** A pod template as Kubernetes has it, or as Pulumi takes it. */
export interface PodTemplate {
  metadata?: Omit<types.input.meta.v1.ObjectMeta, 'labels'> & { labels?: Record<string, string> };
  spec: PodSpec;
}

export interface PodSpec extends Omit<types.input.core.v1.PodSpec, PlainInPodSpec> {
  containers: Container[];
  initContainers?: Container[];
  volumes?: Volume[];
  hostNetwork?: boolean;
  securityContext?: types.input.core.v1.PodSecurityContext;
  terminationGracePeriodSeconds?: number;
}

type PlainInPodSpec =
  | 'containers'
  | 'initContainers'
  | 'volumes'
  | 'hostNetwork'
  | 'securityContext'
  | 'terminationGracePeriodSeconds';

export interface Container extends Omit<
  types.input.core.v1.Container,
  'name' | 'args' | 'env' | 'ports' | 'volumeMounts'
> {
  name: string;
  args?: Input<string>[];
  env?: (types.input.core.v1.EnvVar & { name: string })[];
  ports?: (types.input.core.v1.ContainerPort & { containerPort: number })[];
  volumeMounts?: (types.input.core.v1.VolumeMount & { mountPath: string })[];
}

export interface Volume extends types.input.core.v1.Volume {
  name: string;
}
