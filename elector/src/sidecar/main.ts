import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { isIPv6, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppHealth } from './app-health.ts';
import { systemClock } from '../../../base/clock.ts';
import { electionLocks } from '../kubernetes/election-locks.ts';
import { textOf } from '../../../base/error-text.ts';
import { EventStreams } from './event-streams.ts';
import { parseFlags, flagsUsage, type Flags, type ListenAddress } from './flags.ts';
import { createHttpApi, handoversEvent } from './http-api.ts';
import { durationsOf } from '../election/leader-election-config.ts';
import { LeaderElector } from '../election/leader-elector.ts';
import { loadCredentials } from '../kubernetes/load-credentials.ts';
import { connectLock } from '../kubernetes/lock-connection.ts';
import { createLog, type Log } from '../../../base/log.ts';
import { runCommand } from '../../../base/run-command.ts';
import { exitCode, type ExitCode } from '../../../base/user-error.ts';
import { createMetrics } from './metrics.ts';
import { podSuccessor } from '../kubernetes/pod-successor.ts';
import { leaderSlice } from './leader-service.ts';
import { PodToken } from './pod-token.ts';

/** How long an elector that ends waits until the leader's Service no longer leads to it. */
const takingBackMs = 1000;

/** The sidecar: takes part in the election until SIGTERM or SIGINT. */
async function main(): Promise<ExitCode> {
  const flags = parseFlags(process.argv.slice(2), process.env);
  if (flags === null) {
    process.stdout.write(flagsUsage());
    return exitCode.done;
  }
  const log = createLog(flags.logFormat, (line) => process.stderr.write(line));
  const stopping = stopOnSignal(log);
  try {
    await elect(flags, log, stopping);
    return exitCode.done;
  } catch (error) {
    log.error('cannot go on', { error: textOf(error) });
    return exitCode.failed;
  }
}

async function elect(flags: Flags, log: Log, stopping: AbortSignal): Promise<void> {
  const credentials = await loadCredentials(flags.useClusterCredentials);
  const { renewDeadlineMs, retryPeriodMs } = durationsOf({ leaseDuration: flags.ttlSeconds });
  const connection = connectLock(credentials, renewDeadlineMs, flags.electionNamespace ?? undefined);
  const locks = electionLocks(flags.lock, { ...connection, name: flags.election });
  const appHealth = flags.appHealthUrl && new AppHealth(flags.appHealthUrl, systemClock);
  const streams = new EventStreams({ heartbeatMs: retryPeriodMs, app: appHealth });
  const uid = credentials.claims.pod?.uid ?? randomUUID();
  const slice = leaderSlice(flags, { ...connection, uid, log, retryPeriodMs });
  const elector = new LeaderElector({
    ...locks,
    identity: flags.id,
    uid,
    leaseDuration: flags.ttlSeconds,
    hasAppEnded: () => appHealth?.hasAppEnded ?? false,
    ...(flags.podSelector === null
      ? {}
      : { findSuccessor: podSuccessor(connection, { selector: flags.podSelector, podName: flags.id }) }),
    log,
  });
  // Whoever is told may act on it, whether by an answer or by an event.
  const status = () => {
    const said = elector.status();
    if (said.isLeader) appHealth?.granted();
    return said;
  };
  let told = elector.handovers;
  elector.on('change', () => {
    streams.publish(() => ({ message: status() }));
    if (told === elector.handovers) return;
    told = elector.handovers;
    streams.publish(() => handoversEvent(elector));
  });
  const metrics = createMetrics(elector, flags.election);
  const token = flags.tokenFile === null ? null : await PodToken.write(flags.tokenFile, process.env);
  const server = createHttpApi({ status, elector, metrics, streams, token });
  if (flags.http !== null) await serve(server, flags.http, log);

  stopping.addEventListener('abort', () => appHealth?.checkSoon());
  const ended = new AbortController();
  const checking = appHealth?.run(elector, ended.signal);
  const pointing = slice?.follow(elector, ended.signal);
  log.info('attempting to acquire leader lease', {
    lock: locks.lock.describe(),
    id: flags.id,
    ttlSeconds: flags.ttlSeconds,
  });
  try {
    await elector.run(stopping);
  } finally {
    ended.abort();
    server.close();
    server.closeAllConnections();
    // What the Service leads to is taken back, or is left to the next leader where the API server is silent.
    await Promise.race([pointing, sleep(takingBackMs, undefined, { ref: false })]);
    connection.client.close();
    await Promise.all([checking, pointing]);
  }
}

/** Aborts at the first SIGTERM or SIGINT; the second ends the process without a release: the lease expires. */
function stopOnSignal(log: Log): AbortSignal {
  const stopping = new AbortController();
  const onSignal = (signal: NodeJS.Signals) => {
    log.info('received a signal', { signal });
    if (stopping.signal.aborted) process.exit(exitCode.failed);
    stopping.abort();
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  return stopping.signal;
}

async function serve(server: Server, { host, port }: ListenAddress, log: Log): Promise<void> {
  server.listen({ port, ...(host === '' ? {} : { host }) });
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new Error(`cannot serve on --http=${host}:${port}: ${textOf(error)}`, { cause: error });
  }
  const bound = server.address() as AddressInfo;
  const boundHost = isIPv6(bound.address) ? `[${bound.address}]` : bound.address;
  log.info('serves the HTTP API', { url: `http://${boundHost}:${bound.port}` });
}

// Connections that are still open would keep it alive.
void runCommand(main).then(() => process.exit());
