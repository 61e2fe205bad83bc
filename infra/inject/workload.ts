import { isJsonObject, type JsonObject } from '../../base/json.ts';
import type { PodTemplate } from '../election/pod-template.ts';

/** A Deployment, StatefulSet or DaemonSet, as far as an election is about it. */
export interface Workload {
  /** As kubectl says it: `deployment/web`. */
  readonly title: string;
  readonly name: string;
  /** null: whichever kubectl is told, or its context. */
  readonly namespace: string | null;
  readonly template: PodTemplate;
  /** The labels by which it knows its pods; null where it has none that are so simple. */
  readonly matchLabels: Readonly<Record<string, string>> | null;
}

/** A manifest's workload; or why it has none, where its reader might expect one; or undefined where nobody would. */
export type WorkloadReading = Workload | { readonly title: string; readonly problem: string } | undefined;

const kinds = ['Deployment', 'StatefulSet', 'DaemonSet'];
// These have pods too.
const others = ['Pod', 'Job', 'CronJob', 'ReplicaSet', 'ReplicationController', 'List'];

export function readWorkload(manifest: unknown): WorkloadReading {
  if (!isJsonObject(manifest)) return undefined;
  const { kind, apiVersion } = manifest;
  const metadata = objectAt(manifest, 'metadata');
  const { name, namespace } = metadata;
  const title = `${String(kind).toLowerCase()}/${typeof name === 'string' ? name : '(without a name)'}`;
  const template = objectAt(objectAt(manifest, 'spec'), 'template');
  if (typeof kind !== 'string' || !kinds.includes(kind)) {
    const hasPods = others.includes(String(kind)) || Array.isArray(objectAt(template, 'spec')['containers']);
    return hasPods
      ? { title, problem: `an election is for a Deployment, StatefulSet or DaemonSet` }
      : undefined;
  }
  if (apiVersion !== 'apps/v1')
    return { title, problem: `its apiVersion is ${String(apiVersion)}, not apps/v1` };
  if (typeof name !== 'string') return { title, problem: 'it has no name' };
  if (!isPodTemplate(template)) return { title, problem: 'its pod template has no list of named containers' };
  return {
    title,
    name,
    namespace: typeof namespace === 'string' ? namespace : null,
    template,
    matchLabels: matchLabelsOf(objectAt(manifest, 'spec')),
  };
}

function matchLabelsOf(spec: JsonObject): Workload['matchLabels'] {
  const labels = Object.entries(objectAt(objectAt(spec, 'selector'), 'matchLabels'));
  return labels.length > 0
    ? Object.fromEntries(labels.map(([key, value]) => [key, String(value)] as const))
    : null;
}

/** The manifest with another pod template. */
export function withTemplate(manifest: unknown, template: PodTemplate): JsonObject {
  const object = isJsonObject(manifest) ? manifest : {};
  return { ...object, spec: { ...objectAt(object, 'spec'), template } };
}

/** Of what a pod template is made, that part is looked at which the elector is added to; the rest is the API server's matter. */
function isPodTemplate(template: JsonObject): template is JsonObject & PodTemplate {
  const { containers, initContainers = [], volumes = [] } = objectAt(template, 'spec');
  const isNamed = (item: unknown) => isJsonObject(item) && typeof item['name'] === 'string';
  const isContainer = (item: unknown) =>
    isNamed(item) && ['args', 'env', 'ports', 'volumeMounts'].every((key) => isListOrNothing(item, key));
  const isListOf = (is: (item: unknown) => boolean, list: unknown) => Array.isArray(list) && list.every(is);
  return (
    isListOf(isContainer, containers) && isListOf(isContainer, initContainers) && isListOf(isNamed, volumes)
  );
}

function isListOrNothing(item: unknown, key: string): boolean {
  const list = isJsonObject(item) ? item[key] : undefined;
  return list === undefined || Array.isArray(list);
}

function objectAt(object: JsonObject, key: string): JsonObject {
  const value = object[key];
  return isJsonObject(value) ? value : {};
}
