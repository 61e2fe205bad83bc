import type { Deployment, DeploymentList } from 'kubernetes-types/apps/v1.js';
import { parseFlags } from '../../elector/src/sidecar/flags.ts';
import type { Flags } from '../../elector/src/sidecar/flags.ts';
import { electorName, labels } from '../../infra/names.ts';
import { Kubectl, KubectlError } from './kubectl.ts';
import { usageError, UserError } from '../../base/user-error.ts';

/** What the example's Deployments and pods are found by. */
export const selector = `--selector=app=${labels.app}`;

/** The example where it was deployed, as its Deployment describes it. */
export interface DeployedExample {
  readonly kubectl: Kubectl;
  readonly namespace: string;
  /** How many pods there should be. */
  readonly replicas: number;
  /** What its electors were told. */
  readonly flags: Flags;
}

/** Where the example is to be looked for. */
export interface Place {
  /** A kubeconfig context. */
  readonly context: string;
  /** null: wherever it is. */
  readonly namespace: string | null;
}

/**
 * Finds the example in a context.
 * @throws UserError that says what to do where there is no kubectl, no such context, no cluster behind the context, no example, or more than one
 */
export async function findDeployedExample({ context, namespace }: Place): Promise<DeployedExample> {
  await requireContext(context);
  const kubectl = new Kubectl(context);
  const where = namespace === null ? '--all-namespaces' : `--namespace=${namespace}`;
  const found = (await deploymentsIn(kubectl, where)).filter(
    ({ metadata }) => metadata?.name === electorName,
  );
  const [deployment, ...others] = found;
  if (deployment === undefined) {
    const place = `the context ${context}${namespace === null ? '' : `, namespace ${namespace}`}`;
    throw new UserError(`the example is not in ${place}. Next: npm run up`);
  }
  if (others.length > 0) {
    const namespaces = found.map(({ metadata }) => metadata?.namespace ?? '').join(', ');
    throw new UserError(`the example is in the namespaces ${namespaces}. Choose one: --namespace NAME`);
  }
  return describe(kubectl, deployment);
}

async function requireContext(context: string): Promise<void> {
  const contexts = await Kubectl.contexts();
  if (contexts.includes(context)) return;
  const known = contexts.length === 0 ? 'there is none' : `there are ${contexts.join(', ')}`;
  throw usageError(`--context is ${JSON.stringify(context)}; it must be in the kubeconfig, where ${known}`);
}

async function deploymentsIn(kubectl: Kubectl, where: string): Promise<Deployment[]> {
  try {
    return ((await kubectl.json('get', 'deployments', where, selector)) as DeploymentList).items;
  } catch (error) {
    if (!(error instanceof KubectlError)) throw error;
    throw new UserError(`the cluster cannot be asked: ${error.message}`, { cause: error });
  }
}

function describe(kubectl: Kubectl, { metadata, spec }: Deployment): DeployedExample {
  const { initContainers = [], containers = [] } = spec?.template.spec ?? {};
  const elector = [...initContainers, ...containers].find(({ name }) => name === electorName);
  // What each pod fills in for itself, such as --id=$(POD_NAME), is nothing to be known of all of them.
  const args = elector?.args?.filter((arg) => !/\$\(\w+\)/.test(arg)) ?? [];
  const flags = parseFlags(args, {});
  if (flags === null) throw new UserError('the elector of the example is not told which election it is in');
  return { kubectl, namespace: metadata?.namespace ?? 'default', replicas: spec?.replicas ?? 1, flags };
}
