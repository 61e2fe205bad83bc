import { isJsonObject, type JsonObject } from '../../../base/json.ts';
import type { FindSuccessor } from '../election/successor.ts';
import { labelsOf, metadataOf } from './kube-object.ts';
import type { LockConnection } from './lock-connection.ts';

/** Which pods stand for election. */
export interface PodSuccessorOptions {
  /** A label selector, as `kubectl get pods --selector` takes it. */
  readonly selector: string;
  /** The pod that asks, whose name is its identity in the election, as those of the others are. */
  readonly podName: string;
}

/**
 * Finds the pod that should lead next, by one `list pods` in the connection's namespace. The answer may be a little old: it comes from the
 * API server's cache.
 */
export function podSuccessor(
  { client, namespace }: Pick<LockConnection, 'client' | 'namespace'>,
  { selector, podName }: PodSuccessorOptions,
): FindSuccessor {
  const query = new URLSearchParams({ labelSelector: selector, resourceVersion: '0' });
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods?${query.toString()}`;
  return async () => {
    const { items } = await client.request('GET', path);
    return successorAmong((Array.isArray(items) ? items : []).filter(isJsonObject), podName);
  };
}

/**
 * Of the ready pods that are not about to end, one of the newest template, so that a rollout never goes back; of these one on another node
 * than the leader's, which may be drained; of these the oldest, since a Deployment that shrinks takes the newest first. Null
 * where there is none, or where the leader's own name is no pod's: then the others' are none either.
 */
export function successorAmong(pods: readonly JsonObject[], leader: string): string | null {
  const own = pods.find((pod) => nameOf(pod) === leader);
  if (own === undefined) return null;
  const templateBegan = newestOf(pods);
  const rank = (pod: JsonObject) => [
    -(templateBegan.get(templateOf(pod)) ?? 0),
    nodeOf(pod) === nodeOf(own) ? 1 : 0,
    createdAt(pod),
  ];
  const [first] = pods
    .filter((pod) => pod !== own && isReady(pod) && !isEnding(pod))
    .map((pod) => ({ name: nameOf(pod), rank: rank(pod) }))
    .sort((a, b) => compare(a.rank, b.rank));
  return first?.name ?? null;
}

/** For each template when the newest of its pods was created: a template that is rolled back to is the newest again. */
function newestOf(pods: readonly JsonObject[]): Map<string, number> {
  const newest = new Map<string, number>();
  for (const pod of pods) {
    const template = templateOf(pod);
    newest.set(template, Math.max(createdAt(pod), newest.get(template) ?? -Infinity));
  }
  return newest;
}

function compare(a: readonly number[], b: readonly number[]): number {
  return a.map((each, index) => each - (b[index] ?? 0)).find((difference) => difference !== 0) ?? 0;
}

/** A Deployment's pods carry the first label, those of a StatefulSet or DaemonSet the second. */
function templateOf(pod: JsonObject): string {
  const { 'pod-template-hash': ofDeployment, 'controller-revision-hash': ofOthers } = labelsOf(pod);
  return textIn(ofDeployment ?? ofOthers);
}

function nameOf(pod: JsonObject): string {
  return textIn(metadataOf(pod)['name']);
}

function textIn(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function createdAt(pod: JsonObject): number {
  return Date.parse(textIn(metadataOf(pod)['creationTimestamp'])) || 0;
}

function isEnding(pod: JsonObject): boolean {
  return metadataOf(pod)['deletionTimestamp'] !== undefined;
}

function nodeOf(pod: JsonObject): unknown {
  return isJsonObject(pod['spec']) ? pod['spec']['nodeName'] : undefined;
}

function isReady({ status }: JsonObject): boolean {
  const conditions = isJsonObject(status) && Array.isArray(status['conditions']) ? status['conditions'] : [];
  return conditions
    .filter(isJsonObject)
    .some(({ type, status: holds }) => type === 'Ready' && holds === 'True');
}
