import assert from 'node:assert/strict';
import type { Pod } from 'kubernetes-types/core/v1.js';
import { FakeClock } from '../../../base/testing/fake-clock.ts';
import { isReady } from '../../controllers/pod-conditions.ts';
import { untilGone } from '../until.ts';
import { breakable, idle, stubborn } from './programs.ts';
import { TestNode, namespace } from './test-node.ts';

describe('The kubelet, for as long as a container lives,', () => {
  let node: TestNode;
  beforeEach(() => {
    node = new TestNode(new FakeClock());
  });
  afterEach(() => node.stop());

  it('restarts a crashed container at once, then after 10 s, then after 20 s', async () => {
    node.run('web', { containers: [{ name: 'app', image: 'process.exit(3)' }] });
    const waits = (restarts: number) => (pod: Pod) => {
      const container = pod.status?.containerStatuses?.[0];
      return container?.restartCount === restarts && container.state?.waiting?.reason === 'CrashLoopBackOff';
    };
    const first = await node.pod('web', waits(1));
    assert.match(
      first.status?.containerStatuses?.[0]?.state?.waiting?.message ?? '',
      /^back-off 10s restarting failed container=app pod=web_default\(/,
    );
    assert.equal(first.status?.containerStatuses?.[0]?.lastState?.terminated?.exitCode, 3);
    await node.clock.advance(9999);
    await node.clock.advance(1);
    const second = await node.pod('web', waits(2));
    assert.match(second.status?.containerStatuses?.[0]?.state?.waiting?.message ?? '', /^back-off 20s /);
    assert.equal((await node.recorded('BackOff', 2)).length, 1);
  });

  it('does not restart a container before its back-off is over', async () => {
    node.run('web', { containers: [{ name: 'app', image: 'process.exit(1)' }] });
    const waiting = (pod: Pod) =>
      pod.status?.containerStatuses?.[0]?.state?.waiting?.reason === 'CrashLoopBackOff';
    await node.pod('web', waiting);
    await node.clock.advance(9999);
    // Another pod's whole start takes longer than a restart would.
    node.run('other', { containers: [{ name: 'app', image: idle }] });
    await node.pod('other', isReady);
    assert.equal((await node.pod('web', waiting)).status?.containerStatuses?.[0]?.restartCount, 1);
  });

  it('restarts a container that fails its liveness probe, and says why', async () => {
    const livenessProbe = { httpGet: { path: '/', port: 8080 }, periodSeconds: 5, failureThreshold: 2 };
    node.run('web', { containers: [{ name: 'app', image: breakable(8080), livenessProbe }] });
    const { status } = await node.pod('web', isReady);
    const port = await node.listening(status?.podIP ?? '', 8080);
    await fetch(`http://127.0.0.1:${port}`, { method: 'POST' });
    await node.clock.advance(5000);
    assert.deepEqual(await node.recorded('Unhealthy'), [
      'Liveness probe failed: HTTP probe failed with statuscode: 500',
    ]);
    assert.equal((await node.pod('web', isReady)).status?.containerStatuses?.[0]?.restartCount, 0);
    await node.clock.advance(5000);
    await node.recorded('Unhealthy', 2);
    assert.deepEqual(await node.recorded('Killing'), [
      'Container app failed liveness probe, will be restarted',
    ]);
    const restarted = await node.pod('web', (pod) => pod.status?.containerStatuses?.[0]?.restartCount === 1);
    assert.equal(restarted.status?.containerStatuses?.[0]?.lastState?.terminated?.exitCode, 143);
  });

  it('shows a container as unready while its readiness probe fails, and as ready again', async () => {
    const image = `
      let status = 200;
      require('http').createServer((request, response) => {
        if (request.method === 'POST') status = status === 200 ? 503 : 200;
        response.writeHead(status).end();
      }).listen(8080);`;
    const readinessProbe = { httpGet: { path: '/', port: 8080 }, periodSeconds: 5, failureThreshold: 1 };
    node.run('web', { containers: [{ name: 'app', image, readinessProbe }] });
    const { status } = await node.pod('web', isReady);
    const port = await node.listening(status?.podIP ?? '', 8080);
    await fetch(`http://127.0.0.1:${port}`, { method: 'POST' });
    await node.clock.advance(5000);
    const unready = await node.pod('web', (pod) => !isReady(pod));
    const ready = unready.status?.conditions?.find(({ type }) => type === 'Ready');
    assert.deepEqual(
      [ready?.reason, ready?.message],
      ['ContainersNotReady', 'containers with unready status: [app]'],
    );
    await fetch(`http://127.0.0.1:${port}`, { method: 'POST' });
    await node.clock.advance(5000);
    await node.pod('web', isReady);
  });

  it('kills a container that does not end within its grace', async () => {
    const pod = node.run('web', {
      terminationGracePeriodSeconds: 7,
      containers: [{ name: 'app', image: stubborn }],
    });
    await node.logged('web', 'app', /up/);
    node.kube.pods.delete(pod);
    await node.logged('web', 'app', /no/);
    await node.clock.advance(6999);
    assert.equal(node.kubelet.processes(namespace, 'web').length, 1);
    await node.clock.advance(1);
    await untilGone(node.kube.pods, namespace, 'web');
    assert.deepEqual(node.kubelet.processes(namespace, 'web'), []);
  });

  it('kills a frozen container, too', async () => {
    const pod = node.run('web', {
      terminationGracePeriodSeconds: 7,
      containers: [{ name: 'app', image: idle }],
    });
    await node.pod('web', isReady);
    const [frozen] = node.kubelet.processes(namespace, 'web');
    process.kill(frozen?.pid ?? 0, 'SIGSTOP');
    node.kube.pods.delete(pod);
    await node.recorded('Killing');
    await node.clock.advance(7000);
    await untilGone(node.kube.pods, namespace, 'web');
  });
});
