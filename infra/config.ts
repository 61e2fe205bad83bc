import * as pulumi from '@pulumi/pulumi';
import {
  dnsLabel,
  dnsSubdomain,
  host,
  nodePort,
  oneOf,
  text,
  trueOrFalse,
  wholeNumber,
} from './config-rules.ts';
import type { Rule } from './config-rules.ts';
import { findContext } from './kubeconfig.ts';
import { lockKinds, type LockKind } from './lock-kinds.ts';
import { serviceName } from './names.ts';

/** The stack's configuration. `Pulumi.yaml` says what each key means, and is the only place of its default. */
export interface StackConfig {
  readonly context: string;
  readonly namespace: string;
  readonly replicas: number;
  readonly election: string;
  readonly lock: LockKind;
  readonly ttlSeconds: number;
  readonly images: 'minikube' | 'none';
  readonly nodePort: number;
  readonly node: string;
  readonly nodeAddress: string;
  readonly nativeSidecar: boolean;
}

const rules: { readonly [Key in keyof StackConfig]: Rule<StackConfig[Key]> } = {
  context: text('minikube'),
  namespace: dnsLabel('default'),
  replicas: wholeNumber(1, 1000),
  election: dnsSubdomain('example'),
  lock: oneOf(...lockKinds),
  ttlSeconds: wholeNumber(3, 86400),
  images: oneOf('minikube', 'none'),
  nodePort,
  node: dnsSubdomain('minikube'),
  nodeAddress: host,
  nativeSidecar: trueOrFalse,
};

/**
 * Reads and checks the whole configuration.
 * @throws pulumi.RunError that lists everything that is wrong with it, and what to type next.
 */
export function readConfig(): StackConfig {
  const values = new pulumi.Config();
  const problems: string[] = [];
  const read = <Key extends keyof StackConfig>(key: Key): StackConfig[Key] => {
    const given = values.get(key);
    const value = given === undefined ? undefined : rules[key].parse(given);
    if (value === undefined) problems.push(wrongValue(key, given));
    return value as StackConfig[Key];
  };
  const config: StackConfig = {
    context: read('context'),
    namespace: read('namespace'),
    replicas: read('replicas'),
    election: read('election'),
    lock: read('lock'),
    ttlSeconds: read('ttlSeconds'),
    images: read('images'),
    nodePort: read('nodePort'),
    node: read('node'),
    nodeAddress: read('nodeAddress'),
    nativeSidecar: read('nativeSidecar'),
  };
  problems.push(...unknownKeys(), ...takenElection(config), ...missingContext(config));
  if (problems.length > 0)
    throw new pulumi.RunError(`the configuration is wrong:\n- ${problems.join('\n- ')}`);
  return config;
}

function wrongValue(key: keyof StackConfig, given: string | undefined): string {
  const { allowed, example } = rules[key];
  const found = given === undefined ? 'is not set' : `is "${given}"`;
  return `${key} ${found}; it must be ${allowed}. Set it, for example: pulumi config set ${key} ${example}`;
}

// A misspelt key would leave the one that was meant at its default.
function unknownKeys(): string[] {
  const prefix = `${pulumi.getProject()}:`;
  return Object.keys(pulumi.runtime.allConfig())
    .filter((key) => key.startsWith(prefix))
    .map((key) => key.slice(prefix.length))
    .filter((key) => !Object.hasOwn(rules, key))
    .map((key) => {
      const known = Object.keys(rules).join(', ');
      return `${key} is not a key; the keys are ${known}. Remove it: pulumi config rm ${key}`;
    });
}

// A Service's controller owns the Endpoints object of the Service's name, and would overwrite the lock.
function takenElection({ election, namespace }: StackConfig): string[] {
  const taken = election === serviceName || (election === 'kubernetes' && namespace === 'default');
  if (!taken) return [];
  return [
    `election is "${election}"; the Endpoints object of that name belongs to a Service. ` +
      'Choose another, for example: pulumi config set election example',
  ];
}

function missingContext({ context }: StackConfig): string[] {
  if (!context) return [];
  const found = findContext(context);
  return 'problem' in found ? [found.problem] : [];
}
