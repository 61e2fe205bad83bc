import type { Node, Pod } from 'kubernetes-types/core/v1.js';
import { timestamp } from '../api-server/timestamp.ts';
import { eventRecorder } from '../client/event-recorder.ts';
import type { RecordEvent } from '../client/event-recorder.ts';
import type { Stored } from '../client/resource-client.ts';
import { WorkQueue, keyOf, splitKey } from '../client/work-queue.ts';
import type { ControllerContext } from './controller-context.ts';
import { hasEnded } from './pod-conditions.ts';

const retryMs = 10_000;

/** Gives each new pod a node: the ready one with the fewest pods. Returns what ends that. */
export function startScheduler(context: ControllerContext): () => void {
  const { api, kube, clock } = context;
  const record = eventRecorder(api, clock, 'default-scheduler');
  const queue = new WorkQueue(clock, (key) => schedule(context, record, key));
  const end = kube.pods.watch((type, { metadata, spec }) => {
    if (type !== 'DELETED' && !spec?.nodeName) queue.add(keyOf(metadata.namespace, metadata.name));
  });
  return () => {
    end();
    queue.stop();
  };
}

function schedule({ kube, clock }: ControllerContext, record: RecordEvent, key: string): number | undefined {
  const { namespace, name } = splitKey(key);
  const pod = kube.pods.find(namespace, name);
  if (!pod?.spec || pod.spec.nodeName || pod.metadata.deletionTimestamp !== undefined) return undefined;
  const subject = { apiVersion: 'v1', kind: 'Pod', object: pod };
  const candidates = kube.nodes.list().map((node) => candidate(node, kube.pods.list()));
  const node = emptiest(candidates);
  if (!node) {
    const message = `0/${candidates.length} nodes are available: ${obstacles(candidates)}.`;
    record(subject, 'Warning', 'FailedScheduling', message);
    const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message };
    setCondition(pod, condition);
    return retryMs;
  }
  const bound = kube.pods.update({ ...pod, spec: { ...pod.spec, nodeName: node.metadata.name } });
  setCondition(bound, { type: 'PodScheduled', status: 'True' });
  record(subject, 'Normal', 'Scheduled', `Successfully assigned ${key} to ${node.metadata.name}`);
  return undefined;

  function setCondition(of: Stored<Pod>, condition: { type: string; status: string }): void {
    const before = of.status?.conditions ?? [];
    const same = before.find(({ type, status }) => type === condition.type && status === condition.status);
    if (same) return;
    const others = before.filter(({ type }) => type !== condition.type);
    const conditions = [...others, { ...condition, lastTransitionTime: timestamp(clock.wall()) }];
    kube.pods.updateStatus({ ...of, status: { ...of.status, conditions } });
  }
}

interface Candidate {
  readonly node: Stored<Node>;
  /** How many pods it has. */
  readonly pods: number;
  /** Why it takes no more, in the words of Kubernetes' scheduler. */
  readonly obstacle: string | undefined;
}

function candidate(node: Stored<Node>, all: readonly Pod[]): Candidate {
  const pods = all.filter((pod) => pod.spec?.nodeName === node.metadata.name && !hasEnded(pod)).length;
  return { node, pods, obstacle: obstacle(node, pods) };
}

function obstacle({ spec, status }: Node, pods: number): string | undefined {
  if (spec?.unschedulable) return 'node(s) were unschedulable';
  const condition = status?.conditions?.find(({ type }) => type === 'Ready');
  if (condition?.status !== 'True') return 'node(s) had untolerated taint(s)';
  return pods < Number(status?.allocatable?.['pods'] ?? 0) ? undefined : 'Too many pods';
}

/** The node with the fewest pods that takes one more. */
function emptiest(candidates: readonly Candidate[]): Stored<Node> | undefined {
  const [first] = candidates
    .filter((one) => one.obstacle === undefined)
    .sort((left, right) => left.pods - right.pods);
  return first?.node;
}

/** How many nodes are kept from it by what: `1 Too many pods, 2 node(s) were unschedulable`. */
function obstacles(candidates: readonly Candidate[]): string {
  const counts = new Map<string, number>();
  for (const { obstacle: one = '' } of candidates) counts.set(one, (counts.get(one) ?? 0) + 1);
  return [...counts]
    .map(([one, count]) => `${count} ${one}`)
    .sort()
    .join(', ');
}
