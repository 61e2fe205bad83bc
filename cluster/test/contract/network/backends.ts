import type { Pod } from 'kubernetes-types/core/v1.js';
import type { ClusterUnderTest } from '../cluster.ts';
import { eventually } from '../../../../base/testing/eventually.ts';
import { nodeContainer, untilListed, untilTold } from '../controllers/pods.ts';
import { podsPath } from '../objects.ts';

/** Runs a pod with these labels that answers on port 8080 with its name. Resolves with its address once it is ready. */
export async function runBackend(
  { client, namespace }: ClusterUnderTest,
  name: string,
  labels: Readonly<Record<string, string>>,
  container: object = {},
): Promise<string> {
  const program = `
    process.on('SIGTERM', () => process.exit(0));
    require('http').createServer((_, response) => response.end('${name}')).listen(8080);`;
  await client.created(podsPath(namespace), {
    metadata: { name, labels },
    spec: {
      terminationGracePeriodSeconds: 5,
      containers: [nodeContainer('main', program, { ports: [{ containerPort: 8080 }], ...container })],
    },
  });
  const selected = `${podsPath(namespace)}?fieldSelector=metadata.name%3D${name}`;
  return untilListed(
    client,
    selected,
    ([pod]) => pod && hasStarted(pod as Pod) && (pod as Pod).status?.podIP,
  );
}

const hasStarted = ({ status }: Pod) => status?.containerStatuses?.[0]?.started === true;

/** A readiness probe that succeeds as soon as the backend answers. */
export const answers = { readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 1 } };

// A bare node may have no way from one pod to another, but always one from itself.
const onNode = { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' };

/** Runs a Node program in a pod. Resolves with the first line that it logs. */
export async function firstLine(
  { client, namespace }: ClusterUnderTest,
  name: string,
  program: string,
): Promise<string> {
  const container = nodeContainer('main', `${program}; ${untilTold}`);
  await client.created(podsPath(namespace), {
    metadata: { name },
    spec: { ...onNode, terminationGracePeriodSeconds: 5, containers: [container] },
  });
  return eventually(`a line of ${name}`, async () => {
    const { code, text } = await client.get(`${podsPath(namespace, name)}/log`);
    return code === 200 && text.includes('\n') && text.split('\n')[0];
  });
}
