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
  const nodes = kube.nodes.list();
  const node = emptiest(nodes.filter(isReady), kube.pods.list());
  if (!node) {
    const message = `0/${nodes.length} nodes are available.`;
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

function isReady({ spec, status }: Node): boolean {
  const condition = status?.conditions?.find(({ type }) => type === 'Ready');
  return condition?.status === 'True' && spec?.unschedulable !== true;
}

/** The node with the fewest pods that has room for one more. */
function emptiest(nodes: readonly Stored<Node>[], pods: readonly Pod[]): Stored<Node> | undefined {
  const count = ({ metadata }: Stored<Node>) =>
    pods.filter((pod) => pod.spec?.nodeName === metadata.name && !hasEnded(pod)).length;
  const [first] = nodes
    .map((node) => ({ node, pods: count(node), room: Number(node.status?.allocatable?.['pods'] ?? 0) }))
    .filter(({ pods: used, room }) => used < room)
    .sort((left, right) => left.pods - right.pods);
  return first?.node;
}
