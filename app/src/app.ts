import type { Express } from 'express';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { BrowserEvents } from './browser-events.ts';
import { HeardElection } from './heard-election.ts';
import { followElector } from './elector-events.ts';
import type { ElectorStatement } from './elector-statement.ts';
import { viewOf } from './pod-view.ts';
import { createApp } from './routes.ts';
import type { Settings } from './settings.ts';

/**
 * Puts the app together: starts to follow the elector, and returns what answers HTTP requests. `signal` ends the following.
 */
export function startApp(
  { podName, podIp, electorUrl, electorTokenFile, leaseDurationMs }: Settings,
  clock: Clock,
  log: Log,
  signal: AbortSignal,
): Express {
  const election = new HeardElection(clock, leaseDurationMs);
  const view = () => viewOf({ name: podName, ip: podIp }, election.state(), new Date(clock.wall()));
  const browserEvents = new BrowserEvents(clock, {
    message: () => JSON.stringify(view()),
    changesInMs: () => election.changesInMs(),
  });
  const listener = {
    said(statement: ElectorStatement) {
      election.said(statement);
      browserEvents.send();
    },
    stillThere: () => election.stillThere(),
  };
  void followElector({ electorUrl, electorTokenFile, leaseDurationMs, clock, listener, log, signal });
  return createApp({ view, browserEvents });
}
