import type { Container, PodSpec, Probe, Volume } from 'kubernetes-types/core/v1.js';

/** Fills in what a pod's spec may leave out. Changes `spec`. */
export function setPodSpecDefaults(spec: PodSpec): void {
  spec.dnsPolicy ??= 'ClusterFirst';
  spec.restartPolicy ??= 'Always';
  spec.schedulerName ??= 'default-scheduler';
  spec.securityContext ??= {};
  spec.terminationGracePeriodSeconds ??= 30;
  if (spec.serviceAccountName) spec.serviceAccount = spec.serviceAccountName;
  else if (spec.serviceAccount) spec.serviceAccountName = spec.serviceAccount;
  for (const container of [...(spec.initContainers ?? []), ...listOf(spec.containers)])
    setContainerDefaults(container);
  for (const volume of spec.volumes ?? []) setVolumeDefaults(volume);
}

// Validation, which comes later, says it where a required list is missing.
const listOf = <T>(list: readonly T[] | undefined): readonly T[] => list ?? [];

function setContainerDefaults(container: Container): void {
  container.imagePullPolicy ??= pullPolicy(container.image ?? '');
  container.resources ??= {};
  const { limits, requests } = container.resources;
  if (limits) container.resources.requests = { ...limits, ...requests };
  container.terminationMessagePath ??= '/dev/termination-log';
  container.terminationMessagePolicy ??= 'File';
  for (const port of container.ports ?? []) port.protocol ??= 'TCP';
  for (const { valueFrom } of container.env ?? [])
    if (valueFrom?.fieldRef) valueFrom.fieldRef.apiVersion ??= 'v1';
  for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe])
    if (probe) setProbeDefaults(probe);
  for (const handler of [container.lifecycle?.preStop, container.lifecycle?.postStart])
    if (handler?.httpGet) setHttpGetDefaults(handler.httpGet);
}

function pullPolicy(image: string): string {
  const tag = /:([^:/@]+)(?:@|$)/.exec(image)?.[1];
  const digest = image.includes('@');
  return tag === 'latest' || (tag === undefined && !digest) ? 'Always' : 'IfNotPresent';
}

function setProbeDefaults(probe: Probe): void {
  probe.failureThreshold ??= 3;
  probe.periodSeconds ??= 10;
  probe.successThreshold ??= 1;
  probe.timeoutSeconds ??= 1;
  if (probe.httpGet) setHttpGetDefaults(probe.httpGet);
  if (probe.grpc) probe.grpc.service ??= '';
}

function setHttpGetDefaults(httpGet: { path?: string; scheme?: string }): void {
  httpGet.path ??= '/';
  httpGet.scheme ??= 'HTTP';
}

function setVolumeDefaults(volume: Volume): void {
  const { projected, configMap, secret, downwardAPI } = volume;
  for (const source of [projected, configMap, secret, downwardAPI]) if (source) source.defaultMode ??= 0o644;
  const downward = [downwardAPI, ...(projected?.sources ?? []).map((source) => source.downwardAPI)];
  for (const item of downward.flatMap((source) => source?.items ?? []))
    if (item.fieldRef) item.fieldRef.apiVersion ??= 'v1';
  for (const source of projected?.sources ?? [])
    if (source.serviceAccountToken) source.serviceAccountToken.expirationSeconds ??= 3600;
}
