import {
  any,
  boolean,
  each,
  int32,
  int64,
  intOrString,
  list,
  mergedList,
  object,
  quantities,
  string,
  strings,
} from './schema.ts';

const keySelector = (name: string) => object(name, { ...each(string, 'name', 'key'), optional: boolean });

export const objectFieldSelector = object('ObjectFieldSelector', each(string, 'apiVersion', 'fieldPath'));

export const resourceFieldSelector = object('ResourceFieldSelector', {
  ...each(string, 'containerName', 'resource'),
  divisor: { type: 'quantity' },
});

const envVar = object('EnvVar', {
  ...each(string, 'name', 'value'),
  valueFrom: object('EnvVarSource', {
    fieldRef: objectFieldSelector,
    resourceFieldRef: resourceFieldSelector,
    configMapKeyRef: keySelector('ConfigMapKeySelector'),
    secretKeyRef: keySelector('SecretKeySelector'),
  }),
});

const envFrom = object('EnvFromSource', {
  prefix: string,
  configMapRef: object('ConfigMapEnvSource', { name: string, optional: boolean }),
  secretRef: object('SecretEnvSource', { name: string, optional: boolean }),
});

const exec = object('ExecAction', { command: strings });

const httpGet = object('HTTPGetAction', {
  ...each(string, 'path', 'host', 'scheme'),
  port: intOrString,
  httpHeaders: list(object('HTTPHeader', each(string, 'name', 'value'))),
});

const tcpSocket = object('TCPSocketAction', { port: intOrString, host: string });

const probe = object('Probe', {
  ...each(
    int32,
    'initialDelaySeconds',
    'timeoutSeconds',
    'periodSeconds',
    'successThreshold',
    'failureThreshold',
  ),
  terminationGracePeriodSeconds: int64,
  exec,
  httpGet,
  tcpSocket,
  grpc: object('GRPCAction', { port: int32, service: string }),
});

const lifecycleHandler = object('LifecycleHandler', {
  exec,
  httpGet,
  tcpSocket,
  sleep: object('SleepAction', { seconds: int64 }),
});

const containerSecurityContext = object('SecurityContext', {
  ...each(boolean, 'privileged', 'runAsNonRoot', 'readOnlyRootFilesystem', 'allowPrivilegeEscalation'),
  ...each(int64, 'runAsUser', 'runAsGroup'),
  procMount: string,
  capabilities: object('Capabilities', { add: strings, drop: strings }),
  ...each(any, 'seLinuxOptions', 'windowsOptions', 'appArmorProfile'),
  seccompProfile: object('SeccompProfile', each(string, 'type', 'localhostProfile')),
});

export const container = object('Container', {
  ...each(string, 'name', 'image', 'workingDir', 'imagePullPolicy', 'restartPolicy'),
  ...each(string, 'terminationMessagePath', 'terminationMessagePolicy'),
  ...each(strings, 'command', 'args'),
  ...each(boolean, 'stdin', 'stdinOnce', 'tty'),
  ...each(probe, 'livenessProbe', 'readinessProbe', 'startupProbe'),
  ports: mergedList(
    object('ContainerPort', {
      ...each(string, 'name', 'protocol', 'hostIP'),
      ...each(int32, 'containerPort', 'hostPort'),
    }),
    'containerPort',
  ),
  env: mergedList(envVar, 'name'),
  envFrom: list(envFrom),
  resources: object('ResourceRequirements', { limits: quantities, requests: quantities, claims: list(any) }),
  resizePolicy: list(any),
  volumeMounts: mergedList(
    object('VolumeMount', {
      ...each(string, 'name', 'mountPath', 'subPath', 'subPathExpr', 'mountPropagation', 'recursiveReadOnly'),
      readOnly: boolean,
    }),
    'mountPath',
  ),
  volumeDevices: mergedList(object('VolumeDevice', each(string, 'name', 'devicePath')), 'devicePath'),
  lifecycle: object('Lifecycle', { ...each(lifecycleHandler, 'postStart', 'preStop'), stopSignal: string }),
  securityContext: containerSecurityContext,
});
