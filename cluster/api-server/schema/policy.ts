import { kind, labelSelector } from './meta.ts';
import { any, each, int32, intOrString, list, object, string, strings } from './schema.ts';

export const podDisruptionBudgetSchema = kind('PodDisruptionBudget', {
  spec: object('PodDisruptionBudgetSpec', {
    ...each(intOrString, 'minAvailable', 'maxUnavailable'),
    selector: labelSelector,
    unhealthyPodEvictionPolicy: string,
  }),
  status: object('PodDisruptionBudgetStatus', {
    ...each(int32, 'disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'),
    ...each(any, 'observedGeneration', 'disruptedPods', 'conditions'),
  }),
});

const ports = list(object('NetworkPolicyPort', { protocol: string, port: intOrString, endPort: int32 }));

export const networkPolicySchema = kind('NetworkPolicy', {
  spec: object('NetworkPolicySpec', {
    podSelector: labelSelector,
    policyTypes: strings,
    ingress: list(object('NetworkPolicyIngressRule', { ports, from: any })),
    egress: list(object('NetworkPolicyEgressRule', { ports, to: any })),
  }),
});
