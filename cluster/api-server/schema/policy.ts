import { kind, labelSelector } from './meta.ts';
import { conditions } from './pod.ts';
import { each, int32, int64, intOrString, list, map, object, string, strings, time } from './schema.ts';

export const podDisruptionBudgetSchema = kind('PodDisruptionBudget', {
  spec: object('PodDisruptionBudgetSpec', {
    ...each(intOrString, 'minAvailable', 'maxUnavailable'),
    selector: labelSelector,
    unhealthyPodEvictionPolicy: string,
  }),
  status: object('PodDisruptionBudgetStatus', {
    ...each(int32, 'disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'),
    observedGeneration: int64,
    disruptedPods: map(time),
    conditions: conditions('Condition'),
  }),
});

const ports = list(object('NetworkPolicyPort', { protocol: string, port: intOrString, endPort: int32 }));

const peers = list(
  object('NetworkPolicyPeer', {
    ...each(labelSelector, 'podSelector', 'namespaceSelector'),
    ipBlock: object('IPBlock', { cidr: string, except: strings }),
  }),
);

export const networkPolicySchema = kind('NetworkPolicy', {
  spec: object('NetworkPolicySpec', {
    podSelector: labelSelector,
    policyTypes: strings,
    ingress: list(object('NetworkPolicyIngressRule', { ports, from: peers })),
    egress: list(object('NetworkPolicyEgressRule', { ports, to: peers })),
  }),
});
