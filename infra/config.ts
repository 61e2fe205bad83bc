import { isIP } from 'node:net';
import * as pulumi from '@pulumi/pulumi';
import {
  dnsLabel,
  dnsSubdomain,
  leaseSeconds,
  oneOf,
  text,
  trueOrFalse,
  wholeNumber,
  type Rule,
  type ValueOf,
} from '../base/rules.ts';
import { wrongValue } from '../base/settings.ts';
import { leaderServiceName } from './election/leader-service.ts';
import { scopes, type Scope } from './election/rights.ts';
import { findContext } from './kubeconfig.ts';
import { lockKinds } from '../base/lock-kinds.ts';
import { electorName, serviceName } from './names.ts';
import { registry } from './registry.ts';

/** A host name or IP address; the empty text means that there is none. */
const host: Rule<string> = {
  allowed: 'empty, a host name or an IP address',
  example: '127.0.0.1',
  parse: (given) => (given === '' || isIP(given) !== 0 ? given : dnsSubdomain.parse(given)),
};

/** A port in the range that Kubernetes gives to NodePort Services by default; 0 means that there is none. */
const nodePort: Rule<number> = {
  allowed: '0 or a whole number from 30000 to 32767',
  example: '0',
  parse: (given) => (given === '0' ? 0 : wholeNumber(30000, 32767).parse(given)),
};

/** What a rule allows, or the empty text, which means that there is none. */
function orEmpty<Value>(rule: Rule<Value>): Rule<Value | ''> {
  return {
    ...rule,
    allowed: `empty or ${rule.allowed}`,
    parse: (given) => (given === '' ? '' : rule.parse(given)),
  };
}

const anyText: Rule<string> = { allowed: 'a text', example: 'me', parse: (given) => given };

/** What each key may hold. `Pulumi.yaml` says what it means, and is the only place of its default. */
const rules = {
  context: text('a name', 'minikube'),
  namespace: dnsLabel,
  createNamespace: trueOrFalse,
  scope: orEmpty(oneOf(scopes)),
  replicas: wholeNumber(1, 1000),
  election: dnsSubdomain,
  lock: oneOf(lockKinds),
  ttlSeconds: leaseSeconds,
  successor: trueOrFalse,
  leaderService: trueOrFalse,
  images: oneOf(['minikube', 'docker', 'registry', 'none']),
  registry: orEmpty(registry),
  registryUsername: anyText,
  registryPassword: anyText,
  imagePullSecret: orEmpty(dnsSubdomain),
  platform: orEmpty(oneOf(['linux/amd64', 'linux/arm64'])),
  nodePort,
  node: { ...dnsSubdomain, example: 'minikube' },
  nodeAddress: host,
  nativeSidecar: trueOrFalse,
  networkPolicy: trueOrFalse,
};

type Values = { readonly [Key in keyof typeof rules]: ValueOf<(typeof rules)[Key]> };

/** The stack's configuration. */
export type StackConfig = Omit<Values, 'scope'> & { readonly scope: Scope };

/**
 * Reads and checks the whole configuration.
 * @throws pulumi.RunError that lists everything that is wrong with it, and what to type next.
 */
export function readConfig(): StackConfig {
  const problems: string[] = [];
  const values = Object.entries(rules).map(([key, rule]) => {
    // Not Config.get, which warns of those that are secrets.
    const value = pulumi.runtime.getConfig(`${pulumi.getProject()}:${key}`);
    const parsed = value === undefined ? undefined : rule.parse(value);
    if (parsed === undefined)
      problems.push(wrongValue(rule, value, { name: key, typed: `pulumi config set ${key} ` }));
    return [key, parsed] as const;
  });
  const config = withScope(Object.fromEntries(values) as Values);
  problems.push(
    ...unknownKeys(),
    ...takenElection(config),
    ...presentNamespace(config),
    ...registryProblems(config),
    ...missingContext(config),
  );
  if (problems.length > 0)
    throw new pulumi.RunError(`the configuration is wrong:\n- ${problems.join('\n- ')}`);
  return config;
}

/** In the namespace `default` the example is what the original is, ClusterRole and all; elsewhere it needs no rights outside. */
function withScope(values: Values): StackConfig {
  return { ...values, scope: values.scope || (values.namespace === 'default' ? 'cluster' : 'namespace') };
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
function takenElection({ election, namespace, leaderService }: StackConfig): string[] {
  const services = [
    serviceName,
    ...(leaderService ? [leaderServiceName(electorName)] : []),
    ...(namespace === 'default' ? ['kubernetes'] : []),
  ];
  if (!services.includes(election)) return [];
  return [
    `election is "${election}"; the Endpoints object of that name belongs to a Service. ` +
      'Choose another, for example: pulumi config set election example',
  ];
}

// To make it would fail half way, and to remove it with the stack would be worse.
function presentNamespace({ namespace, createNamespace }: StackConfig): string[] {
  const isPresent = namespace === 'default' || /^kube-(system|public|node-lease)$/.test(namespace);
  if (!createNamespace || !isPresent) return [];
  return [
    `createNamespace is true, but every cluster has the namespace "${namespace}". ` +
      'Next: pulumi config set createNamespace false, or pulumi config set namespace NAME',
  ];
}

function registryProblems({
  images,
  registry: to,
  registryUsername,
  registryPassword,
}: StackConfig): string[] {
  if (images === 'registry')
    return [
      ...(to === ''
        ? ['registry is missing; images are pushed there, such as: pulumi config set registry ghcr.io/me']
        : []),
      ...((registryUsername === '') === (registryPassword === '')
        ? []
        : [
            'of registryUsername and registryPassword only one is set. Next: set both, the latter by ' +
              'pulumi config set --secret registryPassword, or neither, to use the login of docker',
          ]),
    ];
  const idle = Object.entries({ registry: to, registryUsername, registryPassword }).find(
    ([, value]) => value,
  );
  return idle === undefined
    ? []
    : [`${idle[0]} is set, but images is "${images}". Next: pulumi config set images registry`];
}

function missingContext({ context }: StackConfig): string[] {
  if (!context) return [];
  const found = findContext(context);
  return 'problem' in found ? [found.problem] : [];
}
