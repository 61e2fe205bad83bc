import { join } from 'node:path';
import type { Command, OptionValues } from '../base/options.ts';
import { leaseSeconds, oneOf, text, wholeNumber } from '../base/rules.ts';
import { projectFolder } from '../infra/bundle.ts';
import { lockKinds } from '../base/lock-kinds.ts';
import { projectConfig, projectName } from './engine/project-config.ts';
import type { ExampleOptions } from './example.ts';

const defaults = projectConfig();
const byDefault = (key: string) => defaults[`${projectName()}:${key}`] ?? '';

// More pods than this do not fit on the embedded cluster's node while an update replaces them.
const mostReplicas = 100;

/** `npm start` and its options. */
export const command = {
  command: 'npm start',
  summary: 'Runs the example on a Kubernetes of its own, here on this machine.',
  options: {
    replicas: {
      form: '--replicas NUMBER',
      description: `how many pods stand for election, 1 to ${mostReplicas}`,
      rule: wholeNumber(1, mostReplicas),
      default: byDefault('replicas'),
    },
    port: {
      form: '--port PORT',
      description: "the page's port",
      rule: wholeNumber(1, 65535),
      default: null,
      defaultInWords: 'one from 30000 to 32767, the same at each start where it is free',
    },
    ttlSeconds: {
      form: '--ttl SECONDS',
      description: 'how long a leader that went silent keeps the lock, 3 to 86400',
      // The elector's own flag is a duration with a unit; both forms are understood here.
      rule: { ...leaseSeconds, parse: (given: string) => leaseSeconds.parse(given.replace(/s$/, '')) },
      default: byDefault('ttlSeconds'),
    },
    lock: {
      form: '--lock KIND',
      description: `the kind of object that holds the lock, ${lockKinds.join(', ')}`,
      rule: oneOf(lockKinds),
      default: byDefault('lock'),
    },
    stateDir: {
      form: '--state-dir DIR',
      description: 'where it keeps its files',
      rule: text('a folder', '/tmp/example'),
      default: join(projectFolder, '.embedded'),
      defaultInWords: "the checkout's .embedded",
    },
  },
} as const satisfies Command;

/** The example that these options ask for. */
export function exampleOptions({
  stateDir,
  port,
  replicas,
  ttlSeconds,
  lock,
}: OptionValues<typeof command.options>): ExampleOptions {
  return { stateDir, port, config: { replicas: String(replicas), ttlSeconds: String(ttlSeconds), lock } };
}
