import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { eventually } from '../../../base/testing/eventually.ts';
import { findDeployedExample } from '../../observation/deployed-example.ts';
import type { Place } from '../../observation/deployed-example.ts';
import { KubectlChaosCluster } from '../../chaos/kubectl-chaos-cluster.ts';
import { UserError } from '../../../base/user-error.ts';
import { Recording } from '../../observation/recording.ts';

// Answers from files, writes down what it was asked to do, and forwards to a port that it made up.
const fakeKubectl = `#!/bin/sh
cd "$(dirname "$0")"
echo "$@" >> log
case "$*" in
  *get-contexts*) echo kind; echo minikube ;;
  *deployments*) cat deployments ;;
  *"get pods"*) cat pods ;;
  *port-forward*) echo "Forwarding from 127.0.0.1:40123 -> 4040"; exec sleep 600 ;;
  *delete\\ leases/gone*) echo 'Error from server (NotFound): leases "gone" not found' >&2; exit 1 ;;
esac
`;

function deploymentsOf(...electionArgs: string[]): string {
  const elector = { name: 'leader-elector', args: ['--id=$(POD_NAME)', '--ttl=5s', ...electionArgs] };
  const spec = { replicas: 2, template: { spec: { initContainers: [elector], containers: [] } } };
  return JSON.stringify({ items: [{ metadata: { name: 'leader-elector', namespace: 'apps' }, spec }] });
}

describe('Chaos by kubectl', () => {
  const path = process.env['PATH'];
  const anywhere: Place = { context: 'minikube', namespace: null };
  let folder: string;
  let recording: Recording;
  let cluster: KubectlChaosCluster | null;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kubectl-'));
    await writeFile(join(folder, 'kubectl'), fakeKubectl);
    await chmod(join(folder, 'kubectl'), 0o755);
    const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
    const pods = ['a', 'b'].map((name) => ({ metadata: { name }, status }));
    await writeFile(join(folder, 'pods'), JSON.stringify({ items: pods }));
    process.env['PATH'] = `${folder}${delimiter}${path ?? ''}`;
    recording = new Recording();
    cluster = null;
  });

  afterEach(async () => {
    await cluster?.stop();
    process.env['PATH'] = path;
    await rm(folder, { recursive: true });
  });

  async function find(deployments: string, place = anywhere): Promise<KubectlChaosCluster> {
    await writeFile(join(folder, 'deployments'), deployments);
    const example = await findDeployedExample(place);
    const found = new KubectlChaosCluster(example, recording, (error) => assert.fail(error));
    cluster = found;
    await eventually('its pods', () => found.pods().length === 2);
    return found;
  }

  async function commands(): Promise<string[]> {
    return (await readFile(join(folder, 'log'), 'utf8')).split('\n');
  }

  const fault = { pod: null, latencyMs: 0 };

  const refusals: [string, string, Place, string][] = [
    [
      'names a context that is not there, and those that are',
      '{"items":[]}',
      { context: 'nope', namespace: null },
      '--context is "nope"; it must be in the kubeconfig, where there are kind, minikube',
    ],
    [
      'says what to do where the example is not there',
      '{"items":[]}',
      anywhere,
      'the example is not in the context minikube. Next: npm run up',
    ],
    [
      'says what to do where the example is not in the namespace',
      '{"items":[]}',
      { context: 'minikube', namespace: 'shop' },
      'the example is not in the context minikube, namespace shop. Next: npm run up',
    ],
    [
      'wants to be told which, where there are several',
      JSON.stringify({
        items: ['a', 'b'].map((namespace) => ({ metadata: { name: 'leader-elector', namespace } })),
      }),
      anywhere,
      'the example is in the namespaces a, b. Choose one: --namespace NAME',
    ],
  ];
  for (const [what, deployments, place, message] of refusals)
    it(what, async () => {
      await assert.rejects(find(deployments, place), (error) => {
        assert.ok(error instanceof UserError);
        assert.equal(error.exitCode, message.startsWith('--context') ? 2 : 1);
        assert.equal(error.message, message);
        return true;
      });
    });

  it('learns from the Deployment how long a lease is and how many pods there are', async () => {
    const { durations, replicas } = await find(deploymentsOf('--election=example'));
    assert.deepEqual([durations.leaseDurationMs, replicas], [5000, 2]);
  });

  it('reaches each elector through a port that is forwarded', async () => {
    const found = await find(deploymentsOf('--election=example'));
    await eventually('ports', () => found.electorPort('a') === 40123 && found.electorPort('b') === 40123);
    const forward = '--context minikube port-forward --namespace=apps pod/a :4040';
    assert.ok((await commands()).includes(forward));
  });

  it('deletes a pod once, from which moment on its app is not believed to act', async () => {
    const found = await find(deploymentsOf('--election=example'));
    assert.ok(await found.inject({ ...fault, kind: 'pod deleted', pod: 'a' }));
    assert.equal(await found.inject({ ...fault, kind: 'pod deleted', pod: 'a' }), null);
    assert.ok(found.pods().some(({ name, isTerminating }) => name === 'a' && isTerminating));
    assert.deepEqual(
      recording.appEnds.map(({ pod, forGood }) => ({ pod, forGood })),
      [{ pod: 'a', forGood: true }],
    );
    const deletions = (await commands()).filter((command) => command.includes('delete'));
    assert.deepEqual(deletions, ['--context minikube delete pod a --namespace=apps --wait=false']);
  });

  it('deletes the lock and its record, of either kind', async () => {
    const flags = ['--election=example', '--election-namespace=locks'];
    for (const lock of ['endpoints', 'leases']) {
      const found = await find(deploymentsOf(...flags, `--lock=${lock}`));
      assert.ok(await found.inject({ ...fault, kind: 'lock deleted' }));
      assert.ok(await found.inject({ ...fault, kind: 'record deleted' }));
      await found.stop();
    }
    const changes = (await commands()).filter((command) => command.endsWith('--namespace=locks'));
    assert.deepEqual(changes, [
      '--context minikube delete endpoints/example --wait=false --namespace=locks',
      '--context minikube annotate endpoints/example control-plane.alpha.kubernetes.io/leader- --namespace=locks',
      '--context minikube delete leases/example --wait=false --namespace=locks',
      '--context minikube patch leases/example --type=json --patch=[{"op":"replace","path":"/spec","value":{}}] --namespace=locks',
    ]);
  });

  it('finds that a lock which is not there cannot be deleted', async () => {
    const found = await find(deploymentsOf('--election=gone', '--lock=leases'));
    assert.equal(await found.inject({ ...fault, kind: 'lock deleted' }), null);
  });
});
