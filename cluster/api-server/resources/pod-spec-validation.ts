import type { Container, ContainerPort, PodSpec, Probe } from 'kubernetes-types/core/v1.js';
import { duplicate, forbiddenValue, invalidValue, notSupported, required } from '../field-error.ts';
import type { FieldError } from '../field-error.ts';
import { validateName } from '../names.ts';
import { validateSubPath, validateVolumePaths } from './volume-validation.ts';

const restartPolicies = ['Always', 'OnFailure', 'Never'];
const pullPolicies = ['Always', 'IfNotPresent', 'Never'];
const protocols = ['TCP', 'UDP', 'SCTP'];

/** What is wrong with a pod's spec, where `field` is its path: `spec` or `spec.template.spec`. */
export function validatePodSpec(spec: PodSpec, field: string): FieldError[] {
  const { containers = [], initContainers = [], volumes = [] } = spec as Partial<PodSpec>;
  const volumeNames = volumes.map(({ name }) => name);
  return [
    ...uniqueNames(volumes, `${field}.volumes`),
    ...volumes.flatMap((volume, index) => validateVolumePaths(volume, `${field}.volumes[${index}]`)),
    ...(containers.length === 0 ? [required(`${field}.containers`)] : []),
    ...validateContainers(containers, `${field}.containers`, volumeNames),
    ...validateContainers(initContainers, `${field}.initContainers`, volumeNames),
    ...containers.flatMap(validateOrdinaryContainer(`${field}.containers`)),
    ...initContainers.flatMap(validateInitContainer(`${field}.initContainers`)),
    ...sharedNames(initContainers, containers, `${field}.initContainers`),
    ...oneOf(`${field}.restartPolicy`, spec.restartPolicy, restartPolicies),
    ...(spec.serviceAccountName ? validateName(`${field}.serviceAccountName`, spec.serviceAccountName) : []),
    ...notNegative(`${field}.terminationGracePeriodSeconds`, spec.terminationGracePeriodSeconds),
  ];
}

const oneOf = (field: string, value: string | undefined, choices: readonly string[]) =>
  value === undefined || choices.includes(value) ? [] : [notSupported(field, value, choices)];

const notNegative = (field: string, value: number | undefined) =>
  value !== undefined && value < 0 ? [invalidValue(field, value, 'must be greater than or equal to 0')] : [];

function uniqueNames(list: readonly { name?: string }[], field: string): FieldError[] {
  return list.flatMap(({ name = '' }, index) => {
    const at = `${field}[${index}].name`;
    if (name === '') return [required(at)];
    const repeated = list.findIndex((other) => other.name === name) < index;
    return [...validateName(at, name, 'dnsLabel'), ...(repeated ? [duplicate(at, name)] : [])];
  });
}

function sharedNames(
  inits: readonly Container[],
  containers: readonly Container[],
  field: string,
): FieldError[] {
  return inits.flatMap(({ name }, index) =>
    containers.some((container) => container.name === name)
      ? [duplicate(`${field}[${index}].name`, name)]
      : [],
  );
}

function validateContainers(
  list: readonly Container[],
  field: string,
  volumes: readonly string[],
): FieldError[] {
  return [
    ...uniqueNames(list, field),
    ...list.flatMap((container, index) => validateContainer(container, `${field}[${index}]`, volumes)),
  ];
}

function validateContainer(container: Container, field: string, volumes: readonly string[]): FieldError[] {
  const { image, ports = [], env = [], volumeMounts = [] } = container;
  return [
    ...(image ? [] : [required(`${field}.image`)]),
    ...oneOf(`${field}.imagePullPolicy`, container.imagePullPolicy, pullPolicies),
    ...ports.flatMap((port, index) => validatePort(port, `${field}.ports[${index}]`)),
    ...env.flatMap(({ name }, index) => (name ? [] : [required(`${field}.env[${index}].name`)])),
    ...env.flatMap(({ value, valueFrom }, index) =>
      value && valueFrom
        ? [
            invalidValue(
              `${field}.env[${index}].valueFrom`,
              '',
              'may not be specified when `value` is not empty',
            ),
          ]
        : [],
    ),
    ...volumeMounts.flatMap((mount) => validateSubPath(mount, field)),
    ...volumeMounts.flatMap(({ name, mountPath }, index) => [
      ...(volumes.includes(name)
        ? []
        : [{ ...notFoundVolume(name), field: `${field}.volumeMounts[${index}].name` }]),
      ...(mountPath ? [] : [required(`${field}.volumeMounts[${index}].mountPath`)]),
    ]),
    ...probesOf(container).flatMap(([name, probe]) => validateProbe(probe, `${field}.${name}`)),
  ];
}

const notFoundVolume = (name: string) => ({
  reason: 'FieldValueNotFound',
  message: `Not found: ${JSON.stringify(name)}`,
});

function probesOf({ livenessProbe, readinessProbe, startupProbe }: Container): [string, Probe][] {
  const all: [string, Probe | undefined][] = [
    ['livenessProbe', livenessProbe],
    ['readinessProbe', readinessProbe],
    ['startupProbe', startupProbe],
  ];
  return all.flatMap(([name, probe]) => (probe ? [[name, probe]] : []));
}

function validateProbe(probe: Probe, field: string): FieldError[] {
  const handlers = [probe.httpGet, probe.exec, probe.tcpSocket, probe.grpc].filter((handler) => handler);
  return [
    ...(handlers.length === 0 ? [required(field, 'must specify a handler type')] : []),
    ...(handlers.length > 1 ? [forbiddenValue(field, 'may not specify more than 1 handler type')] : []),
    ...(
      [
        'initialDelaySeconds',
        'timeoutSeconds',
        'periodSeconds',
        'successThreshold',
        'failureThreshold',
      ] as const
    ).flatMap((key) => notNegative(`${field}.${key}`, probe[key])),
  ];
}

function validatePort({ containerPort, protocol }: ContainerPort, field: string): FieldError[] {
  if (!containerPort) return [required(`${field}.containerPort`)];
  const inRange = containerPort >= 1 && containerPort <= 65535;
  return [
    ...(inRange
      ? []
      : [invalidValue(`${field}.containerPort`, containerPort, 'must be between 1 and 65535, inclusive')]),
    ...oneOf(`${field}.protocol`, protocol, protocols),
  ];
}

const validateOrdinaryContainer = (field: string) => (container: Container, index: number) =>
  container.restartPolicy === undefined
    ? []
    : [forbiddenValue(`${field}[${index}].restartPolicy`, 'may not be set for non-init containers')];

const validateInitContainer = (field: string) => (container: Container, index: number) => {
  const at = `${field}[${index}]`;
  if (container.restartPolicy !== undefined)
    return oneOf(`${at}.restartPolicy`, container.restartPolicy, ['Always']);
  const forbidden = [
    ...probesOf(container).map(([name]) => name),
    ...(container.lifecycle ? ['lifecycle'] : []),
  ];
  return forbidden.map((name) =>
    forbiddenValue(`${at}.${name}`, 'may not be set for init containers without restartPolicy=Always'),
  );
};
