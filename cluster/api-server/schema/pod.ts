import { container, objectFieldSelector, resourceFieldSelector } from './container.ts';
import { kind, labelSelector, objectMeta } from './meta.ts';
import {
  any,
  boolean,
  each,
  int32,
  int64,
  list,
  map,
  mergedList,
  object,
  quantities,
  string,
  strings,
  time,
} from './schema.ts';

const items = list(object('KeyToPath', { ...each(string, 'key', 'path'), mode: int32 }));

const downwardItems = list(
  object('DownwardAPIVolumeFile', {
    path: string,
    mode: int32,
    fieldRef: objectFieldSelector,
    resourceFieldRef: resourceFieldSelector,
  }),
);

const volume = object('Volume', {
  name: string,
  emptyDir: object('EmptyDirVolumeSource', { medium: string, sizeLimit: { type: 'quantity' } }),
  hostPath: object('HostPathVolumeSource', each(string, 'path', 'type')),
  configMap: object('ConfigMapVolumeSource', { name: string, items, defaultMode: int32, optional: boolean }),
  secret: object('SecretVolumeSource', { secretName: string, items, defaultMode: int32, optional: boolean }),
  downwardAPI: object('DownwardAPIVolumeSource', { items: downwardItems, defaultMode: int32 }),
  projected: object('ProjectedVolumeSource', {
    defaultMode: int32,
    sources: list(
      object('VolumeProjection', {
        configMap: object('ConfigMapProjection', { name: string, items, optional: boolean }),
        secret: object('SecretProjection', { name: string, items, optional: boolean }),
        downwardAPI: object('DownwardAPIProjection', { items: downwardItems }),
        serviceAccountToken: object('ServiceAccountTokenProjection', {
          ...each(string, 'audience', 'path'),
          expirationSeconds: int64,
        }),
        clusterTrustBundle: any,
      }),
    ),
  }),
  ...each(any, 'persistentVolumeClaim', 'ephemeral', 'csi', 'nfs', 'image'),
});

const toleration = object('Toleration', {
  ...each(string, 'key', 'operator', 'value', 'effect'),
  tolerationSeconds: int64,
});

const podSecurityContext = object('PodSecurityContext', {
  ...each(int64, 'runAsUser', 'runAsGroup', 'fsGroup'),
  runAsNonRoot: boolean,
  supplementalGroups: list(int64),
  ...each(string, 'fsGroupChangePolicy', 'supplementalGroupsPolicy', 'seLinuxChangePolicy'),
  ...each(any, 'seLinuxOptions', 'windowsOptions', 'sysctls', 'appArmorProfile'),
  seccompProfile: object('SeccompProfile', each(string, 'type', 'localhostProfile')),
});

export const podSpecSchema = object('PodSpec', {
  volumes: mergedList(volume, 'name'),
  initContainers: mergedList(container, 'name'),
  containers: mergedList(container, 'name'),
  ephemeralContainers: mergedList(container, 'name'),
  ...each(
    string,
    'restartPolicy',
    'dnsPolicy',
    'serviceAccountName',
    'serviceAccount',
    'nodeName',
    'hostname',
  ),
  ...each(string, 'subdomain', 'schedulerName', 'priorityClassName', 'preemptionPolicy', 'runtimeClassName'),
  ...each(string, 'hostnameOverride'),
  ...each(int64, 'terminationGracePeriodSeconds', 'activeDeadlineSeconds'),
  priority: int32,
  ...each(boolean, 'automountServiceAccountToken', 'hostNetwork', 'hostPID', 'hostIPC', 'hostUsers'),
  ...each(boolean, 'shareProcessNamespace', 'setHostnameAsFQDN', 'enableServiceLinks'),
  nodeSelector: map(string),
  overhead: quantities,
  securityContext: podSecurityContext,
  imagePullSecrets: mergedList(object('LocalObjectReference', { name: string }), 'name'),
  affinity: any,
  tolerations: list(toleration),
  hostAliases: mergedList(object('HostAlias', { ip: string, hostnames: strings }), 'ip'),
  readinessGates: list(object('PodReadinessGate', { conditionType: string })),
  topologySpreadConstraints: mergedList(
    object('TopologySpreadConstraint', {
      ...each(int32, 'maxSkew', 'minDomains'),
      ...each(string, 'topologyKey', 'whenUnsatisfiable', 'nodeAffinityPolicy', 'nodeTaintsPolicy'),
      labelSelector,
      matchLabelKeys: strings,
    }),
    'topologyKey',
  ),
  ...each(any, 'dnsConfig', 'os', 'schedulingGates', 'resourceClaims', 'resources'),
});

const containerStatus = object('ContainerStatus', {
  ...each(string, 'name', 'image', 'imageID', 'containerID'),
  ...each(boolean, 'ready', 'started'),
  restartCount: int32,
  ...each(any, 'state', 'lastState', 'allocatedResources', 'resources', 'volumeMounts', 'user'),
  ...each(any, 'allocatedResourcesStatus', 'stopSignal'),
});

/** Conditions of any kind of object. */
export const conditions = (name: string) =>
  mergedList(
    object(name, {
      ...each(string, 'type', 'status', 'reason', 'message'),
      ...each(time, 'lastProbeTime', 'lastTransitionTime', 'lastUpdateTime', 'lastHeartbeatTime'),
      observedGeneration: int64,
    }),
    'type',
  );

export const podSchema = kind('Pod', {
  spec: podSpecSchema,
  status: object('PodStatus', {
    ...each(
      string,
      'phase',
      'message',
      'reason',
      'nominatedNodeName',
      'hostIP',
      'podIP',
      'qosClass',
      'resize',
    ),
    conditions: conditions('PodCondition'),
    observedGeneration: int64,
    startTime: time,
    hostIPs: mergedList(object('HostIP', { ip: string }), 'ip'),
    podIPs: mergedList(object('PodIP', { ip: string }), 'ip'),
    ...each(
      list(containerStatus),
      'initContainerStatuses',
      'containerStatuses',
      'ephemeralContainerStatuses',
    ),
    resourceClaimStatuses: any,
  }),
});

export const podTemplateSpec = object('PodTemplateSpec', { metadata: objectMeta, spec: podSpecSchema });
