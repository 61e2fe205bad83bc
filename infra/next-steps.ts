import * as pulumi from '@pulumi/pulumi';
import type { StackConfig } from './config.ts';
import { kindsOf } from '../base/lock-kinds.ts';
import { labels, serviceName } from './names.ts';

/** What to type next, in the order of the experiment: see who leads, delete the leader, see who leads now. */
export function nextSteps(
  { context, namespace, election, lock }: Pick<StackConfig, 'context' | 'namespace' | 'election' | 'lock'>,
  url: pulumi.Input<string>,
): pulumi.Output<string>[] {
  const kubectl = `kubectl --context ${context} --namespace ${namespace}`;
  return [
    pulumi.interpolate`curl ${url}`,
    pulumi.output(
      `${kubectl} port-forward service/${serviceName} 8080:80 # where the node cannot be reached: http://localhost:8080`,
    ),
    pulumi.output(`${kubectl} get pods --selector app=${labels.app}`),
    pulumi.output(`${kubectl} get ${kindsOf(lock)} ${election} -o json`),
    pulumi.output(`${kubectl} delete pod LEADER`),
  ];
}
