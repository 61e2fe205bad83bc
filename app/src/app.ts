import type { Express } from 'express';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { mergeHandovers, type Handover } from '../page/handovers.ts';
import { BrowserEvents, namedEvent } from './browser-events.ts';
import type { ElectorListener } from './elector-connection.ts';
import { Comebacks } from './comebacks.ts';
import { followElector } from './elector-events.ts';
import { followLease } from './elector-lease.ts';
import { HeardElection } from './heard-election.ts';
import { messageOf, knownPods } from './page-message.ts';
import { askPods } from './pods/ask-pods.ts';
import { KnownPods } from './pods/known-pods.ts';
import { createApp } from './routes.ts';
import type { Settings } from './settings.ts';

/**
 * Puts the app together: starts to follow the elector and to ask the other pods, and returns what answers HTTP requests. `signal`
 * ends both.
 */
export function startApp(settings: Settings, clock: Clock, log: Log, signal: AbortSignal): Express {
  const { podName, podsUrl, electorUrl, electorTokenFile, leaseDurationMs } = settings;
  const election = new HeardElection(clock, leaseDurationMs);
  const pods = new KnownPods(clock, podName);
  const startedAt = clock.monotonic();
  const knowledge = { settings, election, pods, upMs: () => clock.monotonic() - startedAt };
  let handovers: readonly Handover[] | null = null;
  const state = () => ({ message: messageOf(knowledge, clock.wall()), handovers });
  const browserEvents = new BrowserEvents(clock, {
    message: () => JSON.stringify(state().message),
    greeting: () => (handovers ? namedEvent('handovers', JSON.stringify(handovers)) : ''),
    changesInMs: () => election.changesInMs(),
  });
  function toldHandovers(told: readonly Handover[]): void {
    handovers = mergeHandovers(handovers ?? [], told);
    browserEvents.send({ greetAgain: true });
  }
  const listener: ElectorListener = {
    said(statement) {
      election.said(statement);
      browserEvents.send();
    },
    stillThere: () => election.stillThere(),
    toldHandovers,
  };
  void followElector({ electorUrl, electorTokenFile, leaseDurationMs, clock, listener, log, signal });
  void followLease({ electorUrl, election, clock, signal });
  const comebacks = new Comebacks(clock, election);
  const listeningPods: Pick<KnownPods, 'told'> = {
    told(reports, askedAt) {
      pods.told(reports, askedAt);
      const comeback = comebacks.told(reports);
      if (comeback !== null) toldHandovers([comeback]);
    },
  };
  if (podsUrl) void askPods({ podsUrl, podName, pods: listeningPods, clock, log, signal });
  return createApp({ state, pods: () => knownPods(knowledge), browserEvents });
}
