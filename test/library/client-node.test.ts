import { Consumer } from './consumer.ts';
import { assertLeadsAndStops, useLibraryCluster } from './election-row.ts';

const program = `
import { KubeConfig } from '@kubernetes/client-node';
import { LeaderElector, LeaseLock } from 'k8s-leader-elector';

const kubeConfig = new KubeConfig();
const pod = process.env['CONTAINER_SANDBOX_MOUNT_POINT'];
if (pod === undefined) kubeConfig.loadFromDefault();
else kubeConfig.loadFromCluster(pod);
// From here on nothing else knows the credentials.
delete process.env['KUBECONFIG'];
delete process.env['KUBERNETES_SERVICE_HOST'];
const stopping = new AbortController();
process.once('SIGTERM', () => stopping.abort());
const elector: LeaderElector = new LeaderElector({
  lock: new LeaseLock({ name: 'my-service', kubeConfig }),
  leaseDuration: 15,
  onStartedLeading: () => console.log(elector.identity + ' works'),
});
await elector.run(stopping.signal);
`;

/** Each version of client-node: what it needs besides. */
const versions: Readonly<Record<string, readonly string[]>> = {
  '1.4.0': ['node@20.19.0'],
  // It does not load on Node.js 20: its undici asks for zstd.
  '2.0.1': ['node@24.21.0'],
};

for (const [version, packages] of Object.entries(versions)) {
  describe(`The packed library with a KubeConfig of client-node ${version}`, () => {
    const suite = useLibraryCluster();
    let consumer: Consumer;

    before(async () => {
      const types = ['typescript@5.9.3', '@types/node@20.19.43'];
      consumer = await Consumer.install(`@kubernetes/client-node@${version}`, ...types, ...packages);
    });
    after(() => consumer.remove());

    it('fits by its type, and leads by a kubeconfig and by what a pod has', async () => {
      await consumer.compile(program);
      const { cluster } = suite;
      for (const env of [await cluster.kubeconfigEnvironment(), await cluster.podEnvironment()])
        await assertLeadsAndStops(consumer.start('node', ['program.js'], env), cluster);
    });
  });
}
