import { kind } from './meta.ts';
import { objectReference } from './network.ts';
import { conditions } from './pod.ts';
import {
  any,
  boolean,
  each,
  int32,
  joinedList,
  list,
  map,
  mergedList,
  microTime,
  object,
  quantities,
  string,
  strings,
  time,
} from './schema.ts';

export const configMapSchema = kind('ConfigMap', {
  ...each(map(string), 'data', 'binaryData'),
  immutable: boolean,
});

export const secretSchema = kind('Secret', {
  ...each(map(string), 'data', 'stringData'),
  immutable: boolean,
  type: string,
});

export const serviceAccountSchema = kind('ServiceAccount', {
  secrets: mergedList(objectReference, 'name'),
  imagePullSecrets: mergedList(object('LocalObjectReference', { name: string }), 'name'),
  automountServiceAccountToken: boolean,
});

export const namespaceSchema = kind('Namespace', {
  spec: object('NamespaceSpec', { finalizers: strings }),
  status: object('NamespaceStatus', { phase: string, conditions: conditions('NamespaceCondition') }),
});

const nodeSystemInfo = object('NodeSystemInfo', {
  ...each(string, 'architecture', 'bootID', 'containerRuntimeVersion', 'kernelVersion', 'kubeProxyVersion'),
  ...each(string, 'kubeletVersion', 'machineID', 'operatingSystem', 'osImage', 'systemUUID'),
  swap: any,
});

export const nodeSchema = kind('Node', {
  spec: object('NodeSpec', {
    ...each(string, 'podCIDR', 'providerID', 'externalID'),
    podCIDRs: joinedList(string),
    unschedulable: boolean,
    taints: list(object('Taint', { ...each(string, 'key', 'value', 'effect'), timeAdded: time })),
    configSource: any,
  }),
  status: object('NodeStatus', {
    ...each(quantities, 'capacity', 'allocatable'),
    phase: string,
    conditions: conditions('NodeCondition'),
    addresses: mergedList(object('NodeAddress', each(string, 'type', 'address')), 'type'),
    daemonEndpoints: object('NodeDaemonEndpoints', {
      kubeletEndpoint: object('DaemonEndpoint', { Port: int32 }),
    }),
    nodeInfo: nodeSystemInfo,
    ...each(any, 'images', 'volumesInUse', 'volumesAttached', 'config', 'runtimeHandlers', 'features'),
  }),
});

export const eventSchema = kind('Event', {
  ...each(objectReference, 'involvedObject', 'related'),
  ...each(string, 'reason', 'message', 'type', 'action', 'reportingComponent', 'reportingInstance'),
  source: object('EventSource', each(string, 'component', 'host')),
  ...each(time, 'firstTimestamp', 'lastTimestamp'),
  count: int32,
  eventTime: microTime,
  series: object('EventSeries', { count: int32, lastObservedTime: microTime }),
});

export const leaseSchema = kind('Lease', {
  spec: object('LeaseSpec', {
    ...each(string, 'holderIdentity', 'strategy', 'preferredHolder'),
    ...each(int32, 'leaseDurationSeconds', 'leaseTransitions'),
    ...each(microTime, 'acquireTime', 'renewTime'),
  }),
});
