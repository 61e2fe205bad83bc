import type { Instant } from '../../base/clock.ts';
import { afterLock, afterLockDeleted } from './after-lock.ts';
import { afterKilling, afterPod, afterPodGone } from './after-pod.ts';
import type { StoryEvent } from './events.ts';
import { leaseLeftMs, withChange, withEntry, type Story } from './story.ts';

/** The story once something more has been seen. */
export function storyAfter(story: Story, event: StoryEvent, at: Instant): Story {
  switch (event.type) {
    case 'pod':
      return afterPod(story, event.pod, at);
    case 'pod gone':
      return afterPodGone(story, event.pod, at);
    case 'lock':
      return afterLock(story, event.lock, at);
    case 'lock deleted':
      return afterLockDeleted(story, at);
    case 'killed':
      return afterKilling(story, event.pod, at);
    case 'frozen':
      return afterFreezing(story, event.pod, at);
    case 'thawed':
      return afterThawing(story, event.pod, at);
    case 'answered': {
      const { pod, isLeader } = event;
      return withEntry(story, { kind: 'answered', pod, isLeader, leader: story.leader }, at);
    }
    case 'note':
      return withEntry(story, { kind: 'note', text: event.text }, at);
  }
}

function afterFreezing(story: Story, pod: string, at: Instant): Story {
  const ends = new Map(story.pods.get(pod)?.containers.map(({ name, ends }) => [name, ends]));
  const isLeader = pod === story.leader;
  const trouble = isLeader
    ? ({ what: 'was frozen', at: at.monotonic, isOver: false } as const)
    : story.trouble;
  const left = isLeader && story.lock !== null ? leaseLeftMs(story.lock, at.monotonic) : null;
  return withEntry(
    { ...story, frozen: { pod, since: at.monotonic, ends }, trouble },
    { kind: 'frozen', pod, leaseLeftMs: left },
    at,
  );
}

function afterThawing(story: Story, pod: string, at: Instant): Story {
  const trouble = pod === story.leader && story.trouble?.what === 'was frozen' ? null : story.trouble;
  const pods = withChange(story, pod, at);
  return withEntry({ ...story, pods, frozen: null, trouble }, { kind: 'thawed', pod }, at);
}
