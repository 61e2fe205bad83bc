import { kind } from './meta.ts';
import { conditions } from './pod.ts';
import {
  any,
  boolean,
  each,
  int32,
  intOrString,
  list,
  map,
  mergedList,
  object,
  string,
  strings,
} from './schema.ts';

export const objectReference = object(
  'ObjectReference',
  each(string, 'kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'),
);

export const serviceSchema = kind('Service', {
  spec: object('ServiceSpec', {
    ports: mergedList(
      object('ServicePort', {
        ...each(string, 'name', 'protocol', 'appProtocol'),
        ...each(int32, 'port', 'nodePort'),
        targetPort: intOrString,
      }),
      'port',
    ),
    selector: map(string),
    ...each(
      string,
      'clusterIP',
      'type',
      'sessionAffinity',
      'loadBalancerIP',
      'loadBalancerClass',
      'externalName',
    ),
    ...each(
      string,
      'externalTrafficPolicy',
      'internalTrafficPolicy',
      'ipFamilyPolicy',
      'trafficDistribution',
    ),
    ...each(strings, 'clusterIPs', 'externalIPs', 'loadBalancerSourceRanges', 'ipFamilies'),
    ...each(boolean, 'publishNotReadyAddresses', 'allocateLoadBalancerNodePorts'),
    healthCheckNodePort: int32,
    sessionAffinityConfig: any,
  }),
  status: object('ServiceStatus', {
    loadBalancer: object('LoadBalancerStatus', { ingress: list(any) }),
    conditions: conditions('Condition'),
  }),
});

const endpointAddress = object('EndpointAddress', {
  ...each(string, 'ip', 'hostname', 'nodeName'),
  targetRef: objectReference,
});

export const endpointsSchema = kind('Endpoints', {
  subsets: list(
    object('EndpointSubset', {
      ...each(list(endpointAddress), 'addresses', 'notReadyAddresses'),
      ports: list(
        object('EndpointPort', { ...each(string, 'name', 'protocol', 'appProtocol'), port: int32 }),
      ),
    }),
  ),
});

export const endpointSliceSchema = kind('EndpointSlice', {
  addressType: string,
  endpoints: list(
    object('Endpoint', {
      addresses: strings,
      conditions: object('EndpointConditions', each(boolean, 'ready', 'serving', 'terminating')),
      ...each(string, 'hostname', 'nodeName', 'zone'),
      targetRef: objectReference,
      deprecatedTopology: map(string),
      hints: any,
    }),
  ),
  ports: list(object('EndpointPort', { ...each(string, 'name', 'protocol', 'appProtocol'), port: int32 })),
});
