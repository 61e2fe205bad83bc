import { join } from 'node:path';
import { projectFolder } from '../infra/bundle.ts';
import { oneOf, wholeNumber } from '../infra/config-rules.ts';
import type { Rule } from '../infra/config-rules.ts';
import { lockKinds } from '../infra/lock-kinds.ts';
import { parseOptions, UsageError } from '../base/command-line.ts';
import { projectConfig, projectName } from './engine/project-config.ts';
import type { ExampleOptions } from './example.ts';

const defaults = projectConfig();
const byDefault = (key: string) => defaults[`${projectName()}:${key}`] ?? '';

// More pods than this do not fit on the embedded cluster's node while an update replaces them.
const mostReplicas = 100;

const definitions = {
  replicas: {
    placeholder: 'NUMBER',
    help: `how many pods stand for election, 1 to ${mostReplicas}; default: ${byDefault('replicas')}`,
  },
  port: { placeholder: 'PORT', help: "the page's port; default: any free one from 30000 to 32767" },
  ttl: {
    placeholder: 'SECONDS',
    help: `how long a leader that went silent keeps the lock, 3 to 86400; default: ${byDefault('ttlSeconds')}`,
  },
  lock: {
    placeholder: 'KIND',
    help: `the kind of object that holds the lock, ${lockKinds.join(', ')}; default: ${byDefault('lock')}`,
  },
  'state-dir': { placeholder: 'DIR', help: "where it keeps its files; default: the checkout's .embedded" },
} as const;

type Name = keyof typeof definitions;
const names = Object.keys(definitions) as Name[];

const folder: Rule<string> = {
  allowed: 'a folder',
  example: '/tmp/example',
  parse: (text) => text || undefined,
};

/** What `--help` prints. */
export function usage(): string {
  const rows = names.map((name) => {
    const { placeholder, help } = definitions[name];
    return `  ${`--${name} ${placeholder}`.padEnd(20)}${help}`;
  });
  return `Runs the example on a Kubernetes of its own, here on this machine.

npm start -- [OPTIONS]

${rows.join('\n')}
  ${'--help'.padEnd(20)}prints this
`;
}

/** Reads the options of `npm start`; null: help was asked for. @throws UsageError */
export function readOptions(args: readonly string[]): ExampleOptions | null {
  const option = { type: 'string' } as const;
  const given = parseOptions(
    args,
    {
      replicas: option,
      port: option,
      ttl: option,
      lock: option,
      'state-dir': option,
      help: { type: 'boolean', short: 'h' },
    },
    'npm start',
  );
  if (given.help === true) return null;
  const port = given.port === undefined ? null : read('port', given.port, wholeNumber(1, 65535));
  // The elector's own flag is a duration with a unit; both forms are understood here.
  const ttl = (given.ttl ?? byDefault('ttlSeconds')).replace(/s$/, '');
  const replicas = given.replicas ?? byDefault('replicas');
  return {
    stateDir: read('state-dir', given['state-dir'] ?? join(projectFolder, '.embedded'), folder),
    port,
    config: {
      replicas: String(read('replicas', replicas, wholeNumber(1, mostReplicas))),
      ttlSeconds: String(read('ttl', ttl, wholeNumber(3, 86400))),
      lock: read('lock', given.lock ?? byDefault('lock'), oneOf(...lockKinds)),
    },
  };
}

function read<Value>(name: Name, text: string, rule: Rule<Value>): Value {
  const value = rule.parse(text);
  if (value !== undefined) return value;
  throw new UsageError(
    `--${name} is ${JSON.stringify(text)}; it must be ${rule.allowed}, such as: npm start -- --${name} ${rule.example}`,
  );
}
