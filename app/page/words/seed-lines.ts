import type { PageMessage } from '../message.ts';

/** What the pod says of itself: the lines that the original example's page had, word by word. */
export interface SeedLines {
  readonly hostname: string;
  readonly ip: string;
  readonly verdict: string;
  readonly time: string;
}

/** `sinceMs`: how long ago the message was sent. */
export function seedLines({ pod, ip, election, time }: PageMessage, sinceMs: number): SeedLines {
  return {
    hostname: `My hostname: ${pod}`,
    ip: `My IP: ${ip}`,
    verdict: verdictOf(election),
    time: `Current time: ${new Date(time + sinceMs).toUTCString()}`,
  };
}

function verdictOf(election: PageMessage['election']): string {
  switch (election.state) {
    case 'leading':
      return 'I am the current master!';
    case 'following':
      return `The master is at hostname: ${election.leader}`;
    case 'nobody':
      return 'No master is known right now.';
    case 'silent':
      return 'The elector is silent, so the master is unknown.';
  }
}
