import type { AddressInfo } from 'node:net';
import { startApp } from './app.ts';
import { systemClock } from './clock.ts';
import { readSettings, SettingError } from './settings.ts';
import type { Settings } from './settings.ts';

const settings = settingsOrExit();
endOnSignal();
serve(settings);

function settingsOrExit(): Settings {
  try {
    return readSettings(process.env);
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    console.error(error.message);
    process.exit(2);
  }
}

/** Ends at once: the exit closes the connection to the elector, which is what it waits for before it hands over (rule 6). */
function endOnSignal(): void {
  process.on('SIGTERM', () => process.exit(0));
  process.on('SIGINT', () => process.exit(0));
}

function serve(settings: Settings): void {
  const log = (line: string) => console.log(line);
  const app = startApp(settings, systemClock, log, new AbortController().signal);
  const server = app.listen(settings.port, (error) => {
    if (error) {
      console.error(`PORT ${settings.port} cannot be listened on: ${error.message}`);
      process.exit(1);
    }
    log(`${settings.podName} serves its page on port ${(server.address() as AddressInfo).port}`);
  });
}
