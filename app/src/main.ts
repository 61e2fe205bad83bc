import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '../../base/clock.ts';
import { textOf } from '../../base/error-text.ts';
import { createLog } from '../../base/log.ts';
import { runCommand } from '../../base/run-command.ts';
import { UserError } from '../../base/user-error.ts';
import { startApp } from './app.ts';
import { CurrentTerm } from './current-term.ts';
import { createLeaderApp } from './leader-routes.ts';
import { readSettings } from './settings.ts';

async function main(): Promise<undefined> {
  const settings = readSettings(process.env);
  const { podName, port, leaderPort, electorUrl } = settings;
  const log = createLog('text', (line) => process.stdout.write(line));
  const following = new AbortController();
  const page = createServer(startApp(settings, systemClock, log, following.signal));
  const leader = createServer(createLeaderApp(podName, new CurrentTerm(electorUrl, systemClock)));
  endOnSignal(() => {
    for (const server of [leader, page]) {
      server.close();
      server.closeAllConnections();
    }
    following.abort();
  });
  try {
    if (leaderPort !== null)
      log.info(`${podName} serves as leader on port ${await listen(leader, 'LEADER_PORT', leaderPort)}`);
    log.info(`${podName} serves its page on port ${await listen(page, 'PORT', port)}`);
  } catch (error) {
    following.abort();
    leader.close();
    throw error;
  }
}

/**
 * Ends at once. What `letGo` closes, ports and then the connection to the elector, would close with the process; but that can hang in its exit
 * for as long as a DNS server is silent, and the elector waits for it before it hands over (rule 6).
 */
function endOnSignal(letGo: () => void): void {
  const end = () => {
    letGo();
    process.exit(0);
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
}

/** Resolves with the port that is listened on. @throws UserError that names the variable where it cannot be */
async function listen(server: Server, variable: string, port: number): Promise<number> {
  server.listen(port);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new UserError(`${variable} ${port} cannot be listened on: ${textOf(error)}`, { cause: error });
  }
  return (server.address() as AddressInfo).port;
}

void runCommand(main);
