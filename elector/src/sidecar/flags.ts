import { hostname } from 'node:os';
import { parseArgs } from 'node:util';
import { wholeSeconds } from '../../../base/go-duration.ts';
import { logFormats } from '../../../base/log.ts';
import { optionName, optionRows, type OptionTable, type OptionValues } from '../../../base/options.ts';
import {
  absolutePath,
  candidateName,
  dnsLabel,
  dnsSubdomain,
  ipAddress,
  equalitySelector,
  oneOf,
  url,
  type Rule,
} from '../../../base/rules.ts';
import { lockKinds } from '../../../base/lock-kinds.ts';
import { readSetting } from '../../../base/settings.ts';
import { usageError } from '../../../base/user-error.ts';

/** An address to listen on; an empty host is every address of the machine. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** null, as an empty text has it: nowhere. */
const listenAddress: Rule<ListenAddress | null> = {
  allowed: 'HOST:PORT, :PORT or [IPV6]:PORT',
  example: ':4040',
  parse: (text) => {
    if (text === '') return null;
    const match = /^(?:\[(?<v6>[0-9a-fA-F:.]+)\]|(?<host>[^:[\]]*)):(?<port>\d{1,5})$/.exec(text)?.groups;
    const port = Number(match?.['port'] ?? NaN);
    return port <= 65_535 ? { host: match?.['v6'] ?? match?.['host'] ?? '', port } : undefined;
  },
};

/** A boolean as Go writes it; the flag alone, without a value, says true. */
const bool: Rule<boolean> = {
  allowed: 'true or false',
  example: 'true',
  parse: (text) => {
    if (text === 'true' || text === '1') return true;
    return text === 'false' || text === '0' ? false : undefined;
  },
};

const flags = {
  election: {
    form: '--election=NAME',
    description: 'the name of the election and of its lock',
    rule: dnsSubdomain,
  },
  electionNamespace: {
    form: '--election-namespace=NAMESPACE',
    description: 'where the lock is',
    rule: dnsLabel,
    default: null,
    defaultInWords: "the pod's own namespace",
  },
  id: {
    form: '--id=ID',
    description: "this candidate's name",
    rule: candidateName,
    default: hostname(),
    defaultInWords: 'the hostname',
  },
  ttlSeconds: {
    form: '--ttl=DURATION',
    description: 'the lease, a Go duration of whole seconds from 3s to 24h',
    rule: wholeSeconds,
    default: '10s',
  },
  http: {
    form: '--http=HOST:PORT',
    description: 'where to serve the HTTP API, such as :4040',
    rule: listenAddress,
    default: null,
    defaultInWords: 'nowhere',
  },
  useClusterCredentials: {
    form: '--use-cluster-credentials=BOOL',
    description: "use the pod's service account alone",
    rule: bool,
    default: 'false',
  },
  lock: {
    form: '--lock=KIND',
    description: `the lock: ${lockKinds.join(' or ')} (both, to move from one to the other)`,
    rule: oneOf(lockKinds),
    default: 'endpoints',
  },
  appHealthUrl: {
    form: '--app-health-url=URL',
    description: 'stand only while this http URL answers 2xx',
    rule: url(['http'], 'http://localhost:8080/healthz'),
    default: null,
    defaultInWords: 'always stand',
  },
  leaderService: {
    form: '--leader-service=NAME',
    description: "let this Service's EndpointSlice of the same name lead to the leader",
    rule: dnsLabel,
    default: null,
    defaultInWords: 'none',
  },
  podIp: {
    form: '--pod-ip=IP',
    description: "this pod's address, which the leader's Service is to lead to",
    rule: ipAddress,
    default: null,
    defaultInWords: 'none',
  },
  podSelector: {
    form: '--pod-selector=LABELS',
    description: 'name a successor among these pods when this one hands over',
    rule: equalitySelector,
    default: null,
    defaultInWords: 'whoever is first',
  },
  tokenFile: {
    form: '--token-file=PATH',
    description: "write a token here by which the pod's own programs prove themselves",
    rule: absolutePath,
    default: null,
    defaultInWords: 'none',
  },
  logFormat: {
    form: '--log-format=FORMAT',
    description: logFormats.join(' or '),
    rule: oneOf(logFormats),
    default: 'text',
  },
} as const satisfies OptionTable;

const booleans = Object.values(flags)
  .filter(({ rule }) => rule === bool)
  .map((flag) => `--${optionName(flag)}`);

/** What the elector is told on its command line or in its environment. */
export type Flags = OptionValues<typeof flags>;

/** The names of all flags, without their dashes. */
export const flagNames: readonly string[] = Object.values(flags).map(optionName);

/** The environment variable of a flag: `--app-health-url` is ELECTOR_APP_HEALTH_URL. */
export function environmentVariable(flag: string): string {
  return `ELECTOR_${flag.toUpperCase().replaceAll('-', '_')}`;
}

/** What `--help` prints. */
export function flagsUsage(): string {
  return `Takes part in a leader election on Kubernetes and tells who leads.\n\n${optionRows(flags)}\n
Each flag is also an environment variable: --election is ${environmentVariable('election')}. A flag goes before its variable.\n`;
}

/**
 * Reads the flags; null: help was asked for.
 * @throws UserError for the first flag or variable that is unknown, missing or wrong
 */
export function parseFlags(args: readonly string[], env: NodeJS.ProcessEnv): Flags | null {
  const given = argumentsOf(args);
  if (given.has('help')) return null;
  const values = Object.entries(flags).map(([key, flag]) => {
    const name = optionName(flag);
    const variable = environmentVariable(name);
    const text = given.get(name) ?? (env[variable] || undefined);
    return [key, readSetting(flag, text, { name: `--${name} (or ${variable})`, typed: `--${name}=` })];
  });
  return Object.fromEntries(values) as Flags;
}

/** The texts on the command line; Go's forms `--flag=value`, `--flag value`, `-flag=value`, and a boolean's `--flag`. */
function argumentsOf(args: readonly string[]): Map<string, string> {
  const normal = args.map((arg) => arg.replace(/^-(?=[a-z][a-z-]+(=|$))/, '--'));
  const bare = normal.map((arg) => (booleans.includes(arg) ? `${arg}=true` : arg));
  const options = Object.fromEntries(flagNames.map((name) => [name, { type: 'string' as const }]));
  const help = { help: { type: 'boolean' as const, short: 'h' } };
  const { tokens } = parseArgs({ args: bare, options: { ...options, ...help }, strict: false, tokens: true });
  const given = new Map<string, string>();
  for (const token of tokens) {
    if (token.kind !== 'option')
      throw usageError(`${JSON.stringify(bare[token.index])} is not a flag; see --help`);
    const isHelp = token.name === 'help';
    if (!isHelp && !flagNames.includes(token.name))
      throw usageError(
        `${token.rawName} is not known; known are ${flagNames.map((name) => `--${name}`).join(' ')}`,
      );
    // No flag's value begins with "-": what follows is the next flag.
    if (!isHelp && (token.value === undefined || (!token.inlineValue && token.value.startsWith('-'))))
      throw usageError(`${token.rawName} needs a value`);
    given.set(token.name, token.value ?? '');
  }
  return given;
}
