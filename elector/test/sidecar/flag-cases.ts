import { hostname } from 'node:os';
import type { Flags } from '../../src/sidecar/flags.ts';

/** What a flag takes, and what not. */
export interface FlagCases {
  readonly field: keyof Flags;
  /** What it is when nothing is said. */
  readonly byDefault: unknown;
  /** Texts, and what they mean. */
  readonly good: readonly (readonly [string, unknown])[];
  readonly bad: readonly string[];
  /** What the message for a bad text says it must be. */
  readonly mustBe: RegExp;
}

/** Each flag, by its name. */
export const cases: Readonly<Record<string, FlagCases>> = {
  election: {
    field: 'election',
    byDefault: 'example',
    good: [
      ['a', 'a'],
      ['my-election.v2', 'my-election.v2'],
      ['x'.repeat(253), 'x'.repeat(253)],
    ],
    bad: ['Example', 'a_b', '-a', 'a-', 'a..b', '.a', 'a/b', 'a b', 'x'.repeat(254)],
    mustBe: /a name of lower case letters.*253/,
  },
  'election-namespace': {
    field: 'electionNamespace',
    byDefault: null,
    good: [
      ['default', 'default'],
      ['team-1', 'team-1'],
    ],
    bad: ['Default', 'a.b', 'a/b', '..', 'a-', 'x'.repeat(64)],
    mustBe: /a name of lower case letters.*63/,
  },
  id: {
    field: 'id',
    byDefault: hostname(),
    good: [
      ['pod-a', 'pod-a'],
      ['Pod A', 'Pod A'],
      ['x'.repeat(253), 'x'.repeat(253)],
    ],
    bad: [' ', 'pod\na', 'pod\u0000', 'x'.repeat(254)],
    mustBe: /a name of at most 253 characters/,
  },
  ttl: {
    field: 'ttlSeconds',
    byDefault: 10,
    good: [
      ['3s', 3],
      ['1m30s', 90],
      ['3000ms', 3],
      ['0.5h', 1800],
      ['24h', 86_400],
    ],
    bad: ['10', '2s', '2.9s', '3.5s', '3s1ms', '24h1s', '-10s', 'ten', '0'],
    mustBe: /a Go duration of whole seconds from 3s to 24h/,
  },
  http: {
    field: 'http',
    byDefault: null,
    good: [
      ['0.0.0.0:4040', { host: '0.0.0.0', port: 4040 }],
      ['localhost:4040', { host: 'localhost', port: 4040 }],
      [':4040', { host: '', port: 4040 }],
      ['[::1]:80', { host: '::1', port: 80 }],
      ['127.0.0.1:0', { host: '127.0.0.1', port: 0 }],
      ['127.0.0.1:65535', { host: '127.0.0.1', port: 65_535 }],
    ],
    bad: [
      '4040',
      'localhost',
      'localhost:',
      ':65536',
      '::1:80',
      '[::1]',
      'localhost:http',
      'http://localhost:1',
    ],
    mustBe: /HOST:PORT/,
  },
  'use-cluster-credentials': {
    field: 'useClusterCredentials',
    byDefault: false,
    good: [
      ['true', true],
      ['1', true],
      ['false', false],
      ['0', false],
    ],
    bad: ['yes', 'no', 'TRUE!'],
    mustBe: /true or false/,
  },
  lock: {
    field: 'lock',
    byDefault: 'endpoints',
    good: [
      ['endpoints', 'endpoints'],
      ['leases', 'leases'],
    ],
    bad: ['configmaps', 'lease', 'Endpoints'],
    mustBe: /endpoints or leases/,
  },
  'app-health-url': {
    field: 'appHealthUrl',
    byDefault: null,
    good: [['http://localhost:8080/healthz', new URL('http://localhost:8080/healthz')]],
    bad: [
      'localhost:8080',
      '/healthz',
      'https://localhost:8080/',
      'http://',
      'http://localhost:65536/',
      'file:///etc/passwd',
    ],
    mustBe: /an http URL/,
  },
  'leader-service': {
    field: 'leaderService',
    byDefault: null,
    good: [['leader', 'leader']],
    bad: ['Leader', 'a.b', 'a/b', '-a', 'x'.repeat(64)],
    mustBe: /a name of lower case letters.*63/,
  },
  'pod-ip': {
    field: 'podIp',
    byDefault: null,
    good: [
      ['10.244.0.23', '10.244.0.23'],
      ['fd00::1', 'fd00::1'],
    ],
    bad: ['10.244.0', 'localhost', '10.244.0.23:80', '[fd00::1]'],
    mustBe: /an IP address/,
  },
  'pod-selector': {
    field: 'podSelector',
    byDefault: null,
    good: [
      ['app=web', 'app=web'],
      ['app.kubernetes.io/name=web,tier=', 'app.kubernetes.io/name=web,tier='],
    ],
    bad: [
      'app',
      'app=web,',
      'app==web',
      'app in (web)',
      '!app',
      '=web',
      'app=web&limit=1',
      'app=we b',
      '-a=b',
    ],
    mustBe: /labels, KEY=VALUE, with commas between them/,
  },
  'token-file': {
    field: 'tokenFile',
    byDefault: null,
    good: [
      ['/var/run/leader-elector/token', '/var/run/leader-elector/token'],
      ['/token', '/token'],
    ],
    bad: ['token', './token', '../token', '~/token', 'file:///token', '/to\u0000ken'],
    mustBe: /an absolute path/,
  },
  'log-format': {
    field: 'logFormat',
    byDefault: 'text',
    good: [
      ['text', 'text'],
      ['json', 'json'],
    ],
    bad: ['yaml', 'JSON'],
    mustBe: /text or json/,
  },
};
