import { hostname, networkInterfaces } from 'node:os';
import { isIP } from 'node:net';
import {
  absolutePath,
  candidateName,
  dnsLabel,
  leaseSeconds,
  url,
  wholeNumber,
  type Rule,
} from '../../base/rules.ts';
import { readSetting, type Setting, type SettingValue } from '../../base/settings.ts';

const port: Rule<number> = { ...wholeNumber(0, 65535), example: '8080' };

const anyHttpUrl = url(['http'], 'http://localhost:4040');
const originUrl: Rule<URL> = {
  ...anyHttpUrl,
  allowed: 'an http URL without a path',
  parse: (text) => {
    const parsed = anyHttpUrl.parse(text);
    return parsed?.href === `http://${parsed?.host}/` ? parsed : undefined;
  },
};

const ipAddress: Rule<string> = {
  allowed: 'an IP address',
  example: '10.0.0.7',
  parse: (text) => (isIP(text) === 0 ? undefined : text),
};

const leaseMs: Rule<number> = {
  ...leaseSeconds,
  parse: (text) => {
    const seconds = leaseSeconds.parse(text);
    return seconds === undefined ? undefined : 1000 * seconds;
  },
};

const settings = {
  /** Where the page is served; 0 takes any free port. */
  port: { variable: 'PORT', rule: port, default: '8080' },
  /** Where the leader alone serves, while this pod is it; 0 takes any free one, null: nowhere. */
  leaderPort: { variable: 'LEADER_PORT', rule: port, default: null },
  /** Where the elector's HTTP API is. */
  electorUrl: { variable: 'ELECTOR_URL', rule: originUrl, default: 'http://localhost:4040' },
  /** The file into which the elector writes the token of this pod; null: this pod has none. */
  electorTokenFile: { variable: 'ELECTOR_TOKEN_FILE', rule: absolutePath, default: null },
  /** The name shown as this pod's. */
  podName: { variable: 'POD_NAME', rule: candidateName, default: hostname() },
  /** The address shown as this pod's. */
  podIp: { variable: 'POD_IP', rule: ipAddress, default: firstExternalAddress() },
  /** The pod's namespace, for the commands that the page shows; null: they name none. */
  podNamespace: { variable: 'POD_NAMESPACE', rule: dnsLabel, default: null },
  /** The Service that all pods are behind, by which they hear of each other; null: this pod knows itself and the leader alone. */
  podsUrl: { variable: 'PODS_URL', rule: originUrl, default: null },
  /** The elector's `--ttl`. */
  leaseDurationMs: { variable: 'LEASE_DURATION_SECONDS', rule: leaseMs, default: '10' },
} as const satisfies Record<string, Setting & { readonly variable: string }>;

/** What the environment tells this app. */
export type Settings = { readonly [Name in keyof typeof settings]: SettingValue<(typeof settings)[Name]> };

/** Reads the settings; a variable that is unset or empty has its default. @throws UserError that names the variable */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const values = Object.entries(settings).map(([name, setting]) => {
    const { variable } = setting;
    return [
      name,
      readSetting(setting, env[variable] || undefined, { name: variable, typed: `${variable}=` }),
    ];
  });
  const given = Object.fromEntries(values) as Settings;
  const { electorTokenFile } = given;
  // Kubernetes' name for the place where a process without a file system of its own finds its volumes.
  const volumes = env['CONTAINER_SANDBOX_MOUNT_POINT'] ?? '';
  return { ...given, electorTokenFile: electorTokenFile && `${volumes}${electorTokenFile}` };
}

function firstExternalAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((of) => of ?? []);
  return addresses.find((address) => !address.internal)?.address ?? '127.0.0.1';
}
