import { kind, labelSelector } from './meta.ts';
import { conditions, podTemplateSpec } from './pod.ts';
import { boolean, each, int32, int64, intOrString, object, string } from './schema.ts';

export const deploymentSchema = kind('Deployment', {
  spec: object('DeploymentSpec', {
    ...each(int32, 'replicas', 'minReadySeconds', 'revisionHistoryLimit', 'progressDeadlineSeconds'),
    selector: labelSelector,
    template: podTemplateSpec,
    strategy: object('DeploymentStrategy', {
      type: string,
      rollingUpdate: object('RollingUpdateDeployment', each(intOrString, 'maxUnavailable', 'maxSurge')),
    }),
    paused: boolean,
  }),
  status: object('DeploymentStatus', {
    observedGeneration: int64,
    ...each(
      int32,
      'replicas',
      'updatedReplicas',
      'readyReplicas',
      'availableReplicas',
      'unavailableReplicas',
    ),
    ...each(int32, 'terminatingReplicas', 'collisionCount'),
    conditions: conditions('DeploymentCondition'),
  }),
});

export const replicaSetSchema = kind('ReplicaSet', {
  spec: object('ReplicaSetSpec', {
    ...each(int32, 'replicas', 'minReadySeconds'),
    selector: labelSelector,
    template: podTemplateSpec,
  }),
  status: object('ReplicaSetStatus', {
    ...each(
      int32,
      'replicas',
      'fullyLabeledReplicas',
      'readyReplicas',
      'availableReplicas',
      'terminatingReplicas',
    ),
    observedGeneration: int64,
    conditions: conditions('ReplicaSetCondition'),
  }),
});
