import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { systemClock } from '../../base/clock.ts';
import { textOf } from '../../base/error-text.ts';
import { createLog } from '../../base/log.ts';
import { runCommand } from '../../base/run-command.ts';
import { UserError } from '../../base/user-error.ts';
import { startApp } from './app.ts';
import { readSettings } from './settings.ts';
import type { Settings } from './settings.ts';

async function main(): Promise<undefined> {
  const settings = readSettings(process.env);
  endOnSignal();
  await serve(settings);
}

/** Ends at once: the exit closes the connection to the elector, which is what it waits for before it hands over (rule 6). */
function endOnSignal(): void {
  process.on('SIGTERM', () => process.exit(0));
  process.on('SIGINT', () => process.exit(0));
}

/** Serves the page for as long as this process lives. @throws UserError where the port cannot be listened on */
async function serve(settings: Settings): Promise<void> {
  const log = createLog('text', (line) => process.stdout.write(line));
  const following = new AbortController();
  const app = startApp(settings, systemClock, log, following.signal);
  const server = app.listen(settings.port);
  try {
    await once(server, 'listening');
  } catch (error) {
    following.abort();
    throw new UserError(`PORT ${settings.port} cannot be listened on: ${textOf(error)}`, { cause: error });
  }
  log.info(`${settings.podName} serves its page on port ${(server.address() as AddressInfo).port}`);
}

void runCommand(main);
