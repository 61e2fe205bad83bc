import { hostname } from 'node:os';
import { isAbsolute } from 'node:path';
import { parseArgs } from 'node:util';
import { parseGoDuration } from './go-duration.ts';
import { logFormats, type LogFormat } from '../../../base/log.ts';
import {
  isLabelName,
  isSubdomainName,
  labelNameInWords,
  subdomainNameInWords,
} from '../kubernetes/object-name.ts';

/** An address to listen on; an empty host is every address of the machine. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

export const lockKinds = ['endpoints', 'leases', 'endpointsleases'] as const;
export type LockKind = (typeof lockKinds)[number];

/** What the elector is told on its command line or in its environment. */
export interface Flags {
  readonly election: string;
  /** null: the namespace of the credentials. */
  readonly electionNamespace: string | null;
  readonly id: string;
  readonly ttlSeconds: number;
  /** null: no HTTP API. */
  readonly http: ListenAddress | null;
  readonly useClusterCredentials: boolean;
  readonly lock: LockKind;
  readonly appHealthUrl: URL | null;
  /** An absolute path; null: no token is written. */
  readonly tokenFile: string | null;
  readonly logFormat: LogFormat;
}

/** A flag that is unknown, missing or wrong; the message names it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

interface FlagDefinition {
  readonly placeholder: string;
  readonly help: string;
}

const definitions = {
  election: { placeholder: 'NAME', help: 'the name of the election and of its lock; required' },
  'election-namespace': {
    placeholder: 'NAMESPACE',
    help: "where the lock is; default: the pod's own namespace",
  },
  id: { placeholder: 'ID', help: "this candidate's name; default: the hostname" },
  ttl: {
    placeholder: 'DURATION',
    help: 'the lease, a Go duration of whole seconds from 3s to 24h; default: 10s',
  },
  http: {
    placeholder: 'HOST:PORT',
    help: 'where to serve the HTTP API, such as :4040; default: nowhere',
  },
  'use-cluster-credentials': {
    placeholder: 'BOOL',
    help: "use the pod's service account alone; default: false",
  },
  lock: {
    placeholder: 'KIND',
    help: `the lock: ${lockKinds.join(' or ')} (both, to move from one to the other); default: endpoints`,
  },
  'app-health-url': {
    placeholder: 'URL',
    help: 'stand only while this http URL answers 2xx; default: always stand',
  },
  'token-file': {
    placeholder: 'PATH',
    help: "write a token here by which the pod's own programs prove themselves; default: none",
  },
  'log-format': { placeholder: 'FORMAT', help: `${logFormats.join(' or ')}; default: text` },
} as const satisfies Record<string, FlagDefinition>;

export type FlagName = keyof typeof definitions;
export const flagNames = Object.keys(definitions) as FlagName[];

/** The environment variable of a flag: `--app-health-url` is ELECTOR_APP_HEALTH_URL. */
export function environmentVariable(flag: FlagName): string {
  return `ELECTOR_${flag.toUpperCase().replaceAll('-', '_')}`;
}

/** What `--help` prints. */
export function usage(): string {
  const rows = flagNames.map((name) => {
    const { placeholder, help } = definitions[name];
    return `  ${`--${name}=${placeholder}`.padEnd(34)}${help}`;
  });
  return `Takes part in a leader election on Kubernetes and tells who leads.\n\n${rows.join('\n')}\n
Each flag is also an environment variable: --election is ${environmentVariable('election')}. A flag goes before its variable.\n`;
}

/**
 * Reads the flags; null: help was asked for.
 * @throws UsageError for the first flag or variable that is unknown, missing or wrong
 */
export function parseFlags(args: readonly string[], env: NodeJS.ProcessEnv): Flags | null {
  const given = new Map<string, string>();
  for (const name of flagNames) {
    const value = env[environmentVariable(name)];
    if (value !== undefined && value !== '') given.set(name, value);
  }
  for (const { name, value } of argumentsOf(args)) {
    if (name === 'help') return null;
    given.set(name, value);
  }
  return {
    election: read('election', null, subdomainName),
    electionNamespace: given.has('election-namespace') ? read('election-namespace', null, labelName) : null,
    id: read('id', hostname(), candidateName),
    ttlSeconds: read('ttl', '10s', wholeSeconds),
    http: given.has('http') && given.get('http') !== '' ? read('http', null, listenAddress) : null,
    useClusterCredentials: read('use-cluster-credentials', 'false', bool),
    lock: read('lock', 'endpoints', oneOf(lockKinds)),
    appHealthUrl: given.has('app-health-url') ? read('app-health-url', null, httpUrl) : null,
    tokenFile: given.has('token-file') ? read('token-file', null, absolutePath) : null,
    logFormat: read('log-format', 'text', oneOf(logFormats)),
  };

  function read<T>(name: FlagName, byDefault: string | null, parse: (text: string) => T | Wrong): T {
    const text = given.get(name) ?? byDefault;
    if (text === null)
      throw new UsageError(
        `--${name} (or ${environmentVariable(name)}) is missing: ${definitions[name].help}`,
      );
    const value = parse(text);
    if (value instanceof Wrong) {
      throw new UsageError(
        `--${name} (or ${environmentVariable(name)}) is ${JSON.stringify(text)}; it must be ${value.expected}`,
      );
    }
    return value;
  }
}

/** Splits the command line; Go's forms `--flag=value`, `--flag value`, `-flag=value` and a bare `--use-cluster-credentials`. */
function argumentsOf(args: readonly string[]): { name: string; value: string }[] {
  const normal = args.map((arg) => arg.replace(/^-(?=[a-z][a-z-]+(=|$))/, '--'));
  const bare = normal.map((arg) => (arg === '--use-cluster-credentials' ? `${arg}=true` : arg));
  const options = Object.fromEntries(flagNames.map((name) => [name, { type: 'string' as const }]));
  const help = { help: { type: 'boolean' as const, short: 'h' } };
  const { tokens } = parseArgs({ args: bare, options: { ...options, ...help }, strict: false, tokens: true });
  return tokens.map((token) => {
    if (token.kind !== 'option')
      throw new UsageError(`${JSON.stringify(bare[token.index])} is not a flag; see --help`);
    if (token.name === 'help') return { name: token.name, value: '' };
    if (!Object.hasOwn(definitions, token.name)) {
      throw new UsageError(
        `${token.rawName} is not known; known are ${flagNames.map((name) => `--${name}`).join(' ')}`,
      );
    }
    // No flag's value begins with "-": what follows is the next flag.
    if (token.value === undefined || (!token.inlineValue && token.value.startsWith('-')))
      throw new UsageError(`${token.rawName} needs a value`);
    return { name: token.name, value: token.value };
  });
}

class Wrong {
  readonly expected: string;
  constructor(expected: string) {
    this.expected = expected;
  }
}

function subdomainName(text: string): string | Wrong {
  return isSubdomainName(text) ? text : new Wrong(subdomainNameInWords);
}

function labelName(text: string): string | Wrong {
  return isLabelName(text) ? text : new Wrong(labelNameInWords);
}

// A pod's name is never longer, and every write to the lock carries it.
const longestId = 253;

function candidateName(text: string): string | Wrong {
  const valid = text.trim() !== '' && text.length <= longestId && !/\p{Cc}/u.test(text);
  return valid
    ? text
    : new Wrong(`a name of at most ${longestId} characters, none of them a control character`);
}

function wholeSeconds(text: string): number | Wrong {
  const seconds = parseGoDuration(text);
  const valid = seconds !== null && Number.isInteger(seconds) && seconds >= 3 && seconds <= 86_400;
  return valid ? seconds : new Wrong('a Go duration of whole seconds from 3s to 24h, such as 10s or 1m30s');
}

function listenAddress(text: string): ListenAddress | Wrong {
  const match = /^(?:\[(?<v6>[0-9a-fA-F:.]+)\]|(?<host>[^:[\]]*)):(?<port>\d{1,5})$/.exec(text)?.groups;
  const port = Number(match?.['port'] ?? NaN);
  if (match === undefined || port > 65_535)
    return new Wrong('HOST:PORT, such as :4040, 127.0.0.1:4040 or [::1]:4040');
  return { host: match['v6'] ?? match['host'] ?? '', port };
}

function bool(text: string): boolean | Wrong {
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  return new Wrong('true or false');
}

function httpUrl(text: string): URL | Wrong {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url?.protocol === 'http:' ? url : new Wrong('an http URL, such as http://localhost:8080/healthz');
}

function absolutePath(text: string): string | Wrong {
  const valid = isAbsolute(text) && !text.includes('\0');
  return valid ? text : new Wrong('an absolute path, such as /var/run/leader-elector/token');
}

function oneOf<T extends string>(allowed: readonly T[]): (text: string) => T | Wrong {
  return (text) => allowed.find((value) => value === text) ?? new Wrong(allowed.join(' or '));
}
