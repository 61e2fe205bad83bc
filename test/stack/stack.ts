import assert from 'node:assert/strict';
import * as pulumi from '@pulumi/pulumi';
import { runProgram } from '../../local/engine/run-program.ts';
import { withEnv, withFolder, writeKubeconfig } from './surroundings.ts';

type Inputs = Readonly<Record<string, unknown>>;

/** A resource as the program registered or read it. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Inputs;
  /** The provider's reference, `URN::id`; empty for none. */
  readonly provider: string;
  /** Set for what was read rather than created. */
  readonly id: string;
}

/** What a run of the program left. */
export interface Stack {
  readonly resources: readonly Registered[];
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** The port that the cluster chooses for the Service. */
export const chosenNodePort = 31234;

/** The addresses of every node. */
export const nodeAddresses = [
  { type: 'Hostname', address: 'minikube' },
  { type: 'InternalIP', address: '192.168.49.2' },
];

/**
 * Runs `index.ts` where the kubeconfig has the contexts minikube and other; without images, unless `set` asks for
 * them. `created` is called with each resource.
 */
export function runStack(
  set: Readonly<Record<string, string>> = {},
  created?: (resource: Registered) => void,
): Promise<Stack> {
  return withFolder((folder) =>
    withEnv({ KUBECONFIG: writeKubeconfig(folder, ['minikube', 'other']) }, async () => {
      const resources: Registered[] = [];
      const outputs = await runProgram(cluster(resources, created), { images: 'none', ...set });
      return { resources, outputs: await settled(outputs) };
    }),
  );
}

/** The stack as it is by default; run once for all tests. */
export const defaultStack = once(() => runStack());

/** The keys with a value other than their default, but for those that decide which objects there are. */
export const changedConfig = {
  context: 'other',
  namespace: 'demo',
  replicas: '5',
  election: 'my-election',
  lock: 'leases',
  ttlSeconds: '12',
  successor: 'false',
  nodePort: '30080',
  node: 'elsewhere',
  nodeAddress: '127.0.0.1',
  nativeSidecar: 'false',
  networkPolicy: 'true',
};

/** The stack of `changedConfig`; run once for all tests. */
export const changedStack = once(() => runStack(changedConfig));

function once<Result>(run: () => Promise<Result>): () => Promise<Result> {
  let result: Promise<Result> | undefined;
  return () => (result ??= run());
}

/** The only resource of a type that was created. */
export function only({ resources }: Stack, type: string): Registered {
  const found = resources.filter((resource) => resource.type === type && resource.id === '');
  assert.equal(found.length, 1, `${found.length} resources of type ${type}`);
  return found[0] as Registered;
}

function cluster(
  resources: Registered[],
  created: (resource: Registered) => void = () => undefined,
): pulumi.runtime.Mocks {
  return {
    newResource({ type, name, inputs, provider = '', id = '' }) {
      const resource = { type, name, inputs: inputs as Inputs, provider, id };
      resources.push(resource);
      created(resource);
      return { id: id || `${name}-id`, state: { ...resource.inputs, ...filledIn(resource) } };
    },
    call: () => ({}),
  };
}

/** What was pushed, whatever it is. */
export const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

/** What a cluster adds to an object: a Service's port on the nodes, a node's addresses; and a registry to an image. */
function filledIn({ type, inputs }: Registered): Inputs {
  if (type === 'kubernetes:core/v1:Node') return { status: { addresses: nodeAddresses } };
  if (type === 'docker:index/image:Image')
    return { repoDigest: `${String(inputs['imageName']).replace(/:[^:]*$/, '')}@${digest}` };
  if (type !== 'kubernetes:core/v1:Service') return {};
  const { spec } = inputs as { spec: { ports: Inputs[] } };
  return { spec: { ...spec, ports: spec.ports.map((port) => ({ nodePort: chosenNodePort, ...port })) } };
}

function settled(outputs: Inputs): Promise<Inputs> {
  return new Promise((resolve) => {
    pulumi.output({ ...outputs }).apply((values) => resolve(values as Inputs));
  });
}
