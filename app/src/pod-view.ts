import type { ElectionState } from './heard-election.ts';

/** The pod that speaks. */
interface Speaker {
  readonly name: string;
  readonly ip: string;
}

/** Everything the page shows at one moment: one message of `GET /events`, and what `GET /` is rendered from. */
export interface PodView {
  readonly pod: string;
  readonly ip: string;
  readonly election: ElectionState;
  /** The page's texts, each by the id of the element that shows it. */
  readonly lines: PageLines;
}

export interface PageLines {
  readonly title: string;
  readonly hostname: string;
  readonly ip: string;
  /** Who leads, in one sentence. */
  readonly verdict: string;
  /** What that means for this pod. */
  readonly meaning: string;
  readonly time: string;
}

/** Puts what `pod` knows at `time` into words. */
export function viewOf(pod: Speaker, election: ElectionState, time: Date): PodView {
  return {
    pod: pod.name,
    ip: pod.ip,
    election,
    lines: {
      hostname: `My hostname: ${pod.name}`,
      ip: `My IP: ${pod.ip}`,
      ...wordsFor(election),
      time: `Current time: ${time.toUTCString()}`,
    },
  };
}

function wordsFor(election: ElectionState): Pick<PageLines, 'title' | 'verdict' | 'meaning'> {
  switch (election.state) {
    case 'leading':
      return {
        title: 'Master · Leader election',
        verdict: 'I am the current master!',
        meaning: 'The other pods stand by, ready to take over.',
      };
    case 'following':
      return {
        title: 'Standby · Leader election',
        verdict: `The master is at hostname: ${election.leader}`,
        meaning: 'This pod stands by. If the master goes away, one of the standbys takes over.',
      };
    case 'nobody':
      return {
        title: 'No master · Leader election',
        verdict: 'No master is known right now.',
        meaning: 'As soon as a pod is elected, it is shown here.',
      };
    case 'silent':
      return {
        title: 'Elector silent · Leader election',
        verdict: 'The elector is silent, so the master is unknown.',
        meaning: 'This pod makes no claim until its elector speaks again.',
      };
  }
}
