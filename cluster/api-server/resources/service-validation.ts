import type { Service, ServicePort } from 'kubernetes-types/core/v1.js';
import { duplicate, forbiddenValue, invalidValue, notSupported, required } from '../field-error.ts';
import type { FieldError } from '../field-error.ts';
import { validateLabels, validateName } from '../names.ts';

const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const protocols = ['SCTP', 'TCP', 'UDP'];
const affinities = ['ClientIP', 'None'];
const portRange = 'must be between 1 and 65535, inclusive';

/** What is wrong with a Service. */
export function validateService({ spec = {} }: Service): FieldError[] {
  const { type = '', ports = [], clusterIP, sessionAffinity = '' } = spec;
  const needsPorts = clusterIP !== 'None' && type !== 'ExternalName';
  return [
    ...(needsPorts && ports.length === 0 ? [required('spec.ports')] : []),
    ...ports.flatMap((port, index) => validatePort(port, index, ports, type)),
    ...(types.includes(type) ? [] : [notSupported('spec.type', type, types)]),
    ...(affinities.includes(sessionAffinity)
      ? []
      : [notSupported('spec.sessionAffinity', sessionAffinity, affinities)]),
    ...validateLabels('spec.selector', spec.selector),
    ...(type === 'ExternalName' && !spec.externalName ? [required('spec.externalName')] : []),
  ];
}

function validatePort(
  port: ServicePort,
  index: number,
  all: readonly ServicePort[],
  type: string,
): FieldError[] {
  const field = `spec.ports[${index}]`;
  const { name, targetPort, protocol = '', nodePort } = port;
  const errors: FieldError[] = [];
  if (all.length > 1 && !name) errors.push(required(`${field}.name`));
  if (name) errors.push(...validateName(`${field}.name`, name, 'dnsLabel'));
  if (name && all.findIndex((other) => other.name === name) < index)
    errors.push(duplicate(`${field}.name`, name));
  if (!isPort(port.port)) errors.push(invalidValue(`${field}.port`, port.port, portRange));
  if (!protocols.includes(protocol)) errors.push(notSupported(`${field}.protocol`, protocol, protocols));
  if (typeof targetPort === 'number' && !isPort(targetPort))
    errors.push(invalidValue(`${field}.targetPort`, targetPort, portRange));
  if (nodePort && type === 'ClusterIP')
    errors.push(forbiddenValue(`${field}.nodePort`, "may not be used when `type` is 'ClusterIP'"));
  return errors;
}

const isPort = (port: number) => port >= 1 && port <= 65535;
