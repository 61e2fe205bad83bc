import { rough } from '../durations.ts';
import type { Connection } from '../page-view.ts';
import { shortName } from '../pod-name.ts';

/** Where what is shown comes from, and how. */
export function connectionLine(connection: Connection, pod: string): string {
  switch (connection.kind) {
    case 'none':
      return `As ${shortName(pod)} knew it when this page was loaded: reload it to see what has changed`;
    case 'live':
      return `Live from ${shortName(pod)}${formerly(connection.formerPod)}`;
    case 'polling':
      return `From ${shortName(pod)}, asked every second since no live events get through${formerly(connection.formerPod)}`;
    case 'lost':
      return `No answer for ${rough(connection.forMs)}, trying again …`;
  }
}

function formerly(formerPod: string | null): string {
  return formerPod === null ? '' : `; before, from ${shortName(formerPod)}`;
}
