import { hostname, networkInterfaces } from 'node:os';
import { isIP } from 'node:net';
import { isAbsolute } from 'node:path';

/** What the environment tells this app. */
export interface Settings {
  /** `PORT`: where the page is served; 0 takes any free port. */
  readonly port: number;
  /** `ELECTOR_URL`: where the elector's HTTP API is, without a path. */
  readonly electorUrl: URL;
  /**
   * `ELECTOR_TOKEN_FILE`: the file into which the elector writes the token of this pod, below `CONTAINER_SANDBOX_MOUNT_POINT`
   * where that is set (Kubernetes' name for the place where a process without a file system of its own finds its volumes);
   * null where it is not set.
   */
  readonly electorTokenFile: string | null;
  /** `POD_NAME`: the name shown as this pod's. */
  readonly podName: string;
  /** `POD_IP`: the address shown as this pod's. */
  readonly podIp: string;
  /** `LEASE_DURATION_SECONDS`, in milliseconds: the elector's `--ttl`. */
  readonly leaseDurationMs: number;
}

/** A variable of the environment has a value that cannot be used. The message names both. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
}

/** Reads the settings; a variable that is unset or empty has its default. @throws SettingError */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  return {
    port: wholeNumber('PORT', env['PORT'] || '8080', 0, 65535),
    electorUrl: httpUrl('ELECTOR_URL', env['ELECTOR_URL'] || 'http://localhost:4040'),
    electorTokenFile: mountedFile(env, 'ELECTOR_TOKEN_FILE'),
    podName: name('POD_NAME', env['POD_NAME'] || hostname()),
    podIp: ipAddress('POD_IP', env['POD_IP'] || firstExternalAddress()),
    // The bounds are those of the elector's --ttl: 3 seconds up to a day.
    leaseDurationMs:
      1000 * wholeNumber('LEASE_DURATION_SECONDS', env['LEASE_DURATION_SECONDS'] || '10', 3, 86400),
  };
}

function wholeNumber(variable: string, value: string, least: number, most: number): number {
  const number = /^\d{1,9}$/.test(value) ? Number(value) : NaN;
  if (number >= least && number <= most) return number;
  throw new SettingError(
    `${variable} must be a whole number from ${least} to ${most}, not ${JSON.stringify(value)}`,
  );
}

function httpUrl(variable: string, value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url !== null && url.href === `http://${url.host}/`) return url;
  throw new SettingError(`${variable} must be like http://localhost:4040, not ${JSON.stringify(value)}`);
}

function mountedFile(env: NodeJS.ProcessEnv, variable: string): string | null {
  const path = env[variable] || null;
  if (path === null) return null;
  if (isAbsolute(path)) return `${env['CONTAINER_SANDBOX_MOUNT_POINT'] ?? ''}${path}`;
  throw new SettingError(`${variable} must be an absolute path, not ${JSON.stringify(path)}`);
}

// The bounds are those of the elector's --id.
function name(variable: string, value: string): string {
  if (value.trim() !== '' && value.length <= 253 && !/\p{Cc}/u.test(value)) return value;
  throw new SettingError(
    `${variable} must be a name of at most 253 characters, none of them a control character, not ${JSON.stringify(value)}`,
  );
}

function ipAddress(variable: string, value: string): string {
  if (isIP(value)) return value;
  throw new SettingError(`${variable} must be an IP address, not ${JSON.stringify(value)}`);
}

function firstExternalAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((of) => of ?? []);
  return addresses.find((address) => !address.internal)?.address ?? '127.0.0.1';
}
