import type { Instant } from '../../base/clock.ts';
import { electorName } from '../../infra/names.ts';
import type { ContainerAsSeen, PodAsSeen } from './events.ts';
import type { Trouble } from './entries.ts';
import { withEntry, type PodInStory, type Story } from './story.ts';

/** The story once a pod has been seen as it is now. */
export function afterPod(story: Story, object: PodAsSeen, at: Instant): Story {
  const before = story.pods.get(object.name);
  const pod = { ...object, containers: notBefore(before?.containers ?? [], object.containers) };
  const condition = conditionOf(pod, before?.condition);
  const since = condition === before?.condition ? before.since : at.monotonic;
  const pods = new Map(story.pods).set(pod.name, { ...pod, condition, since });
  const seen = told({ ...story, pods, trouble: troubleAfter(story, pod, before, at) }, pod, before, at);
  const isNews = condition !== before?.condition || pod.restarts !== before.restarts;
  return isNews
    ? withEntry(seen, { kind: 'pod', pod: pod.name, condition, restarts: pod.restarts }, at)
    : seen;
}

/** The story once a pod is gone. */
export function afterPodGone(story: Story, name: string, at: Instant): Story {
  const pods = new Map(story.pods);
  const before = pods.get(name);
  pods.delete(name);
  const wasLeader = name === story.leader;
  const frozen = story.frozen?.pod === name ? null : story.frozen;
  const trouble = wasLeader && story.trouble?.what !== 'was deleted' ? deletion(at.monotonic) : story.trouble;
  const gone = { ...story, pods, frozen, trouble };
  const deleted = before?.isStopping
    ? gone
    : withEntry(gone, { kind: 'deleted', pod: name, wasLeader, byForce: true }, at);
  return withEntry(deleted, { kind: 'pod', pod: name, condition: 'gone', restarts: 0 }, at);
}

/** The story once all processes of a pod were killed from here: their ends are known before the kubelet tells of them. */
export function afterKilling(story: Story, name: string, at: Instant): Story {
  const pod = story.pods.get(name);
  if (pod === undefined) return story;
  const containers = pod.containers.map((container) => ({
    ...container,
    ends: container.ends + (container.runs ? 1 : 0),
    runs: false,
  }));
  const pods = new Map(story.pods).set(name, { ...pod, containers });
  const wasLeader = name === story.leader;
  const crash = { what: 'crashed', at: at.monotonic, isOver: false } as const;
  const trouble = wasLeader && story.trouble?.what !== 'was deleted' ? crash : story.trouble;
  const frozen = story.frozen?.pod === name ? null : story.frozen;
  const ended = endedSince(pod.containers, containers);
  return withEntry(
    { ...story, pods, trouble, frozen },
    { kind: 'crashed', pod: name, containers: ended, wasLeader },
    at,
  );
}

/** The containers as they are now, but those that are known to have ended since. */
function notBefore(
  known: readonly ContainerAsSeen[],
  now: readonly ContainerAsSeen[],
): readonly ContainerAsSeen[] {
  const ends = new Map(known.map((container) => [container.name, container.ends]));
  return now.map((container) => {
    const knownEnds = ends.get(container.name) ?? 0;
    return knownEnds > container.ends ? { ...container, ends: knownEnds, runs: false } : container;
  });
}

/** What is to be told of a pod that has changed. */
function told(story: Story, pod: PodAsSeen, before: PodInStory | undefined, at: Instant): Story {
  if (before === undefined || before.isStopping) return story;
  const { name } = pod;
  const wasLeader = name === story.leader;
  if (pod.isStopping) return withEntry(story, { kind: 'deleted', pod: name, wasLeader, byForce: false }, at);
  const containers = endedSince(before.containers, pod.containers);
  if (story.frozen?.pod === name) return afterEndOfFrozen(story, story.frozen.ends, pod, at);
  return containers.length === 0
    ? story
    : withEntry(story, { kind: 'crashed', pod: name, containers, wasLeader }, at);
}

/** A pod is frozen until each of the processes that were stopped has ended. */
function afterEndOfFrozen(
  story: Story,
  ends: ReadonlyMap<string, number>,
  { name, containers }: PodAsSeen,
  at: Instant,
): Story {
  const allEnded = containers.every((container) => container.ends > (ends.get(container.name) ?? 0));
  return allEnded ? withEntry({ ...story, frozen: null }, { kind: 'killed frozen', pod: name }, at) : story;
}

function troubleAfter(
  { leader, trouble }: Story,
  pod: PodAsSeen,
  before: PodInStory | undefined,
  { monotonic }: Instant,
): Trouble | null {
  if (pod.name !== leader || trouble?.what === 'was deleted') return trouble;
  if (pod.isStopping) return deletion(monotonic);
  // The elector alone keeps the lock: that an app has ended, it sees itself, and says so in the lock.
  if (endedSince(before?.containers ?? [], pod.containers).includes(electorName))
    return { what: 'crashed', at: monotonic, isOver: false };
  const runs = pod.containers.some(({ name, runs }) => name === electorName && runs);
  return trouble?.what === 'crashed' && runs ? { ...trouble, isOver: true } : trouble;
}

function deletion(at: number): Trouble {
  return { what: 'was deleted', at, isOver: false };
}

function endedSince(before: readonly ContainerAsSeen[], now: readonly ContainerAsSeen[]): string[] {
  const endsBefore = new Map(before.map(({ name, ends }) => [name, ends]));
  return now.filter(({ name, ends }) => ends > (endsBefore.get(name) ?? 0)).map(({ name }) => name);
}

const stepsOfStart = /^(Pending|Running|(Init:)?ContainerCreating|PodInitializing|Init:\d+\/\d+)$/;

/** What is worth telling of a pod: not each step of its start, but whether it serves, and what is wrong if it does not. */
function conditionOf({ status, isReady, isStopping, hasStarted }: PodAsSeen, before = ''): string {
  if (isStopping) return 'Terminating';
  if (!stepsOfStart.test(status)) return status;
  if (isReady) return 'ready';
  return /ready$/.test(before) && hasStarted ? 'not ready' : 'starting';
}
