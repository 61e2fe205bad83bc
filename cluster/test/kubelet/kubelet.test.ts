import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { FakeClock } from '../../../base/testing/fake-clock.ts';
import { isReady } from '../../controllers/pod-conditions.ts';
import { untilGone } from '../until.ts';
import { idle, server } from './programs.ts';
import { TestNode, namespace } from './test-node.ts';

describe('The kubelet', () => {
  let node: TestNode;
  beforeEach(() => {
    node = new TestNode(new FakeClock());
  });
  afterEach(() => node.stop());

  it('registers the machine as a ready node', () => {
    const status = node.kube.nodes.find(null, 'minikube')?.status;
    assert.deepEqual(status?.addresses?.[0], { type: 'InternalIP', address: '127.0.0.1' });
    assert.equal(status.conditions?.find(({ type }) => type === 'Ready')?.status, 'True');
  });

  it('runs a pod and shows it as running and ready', async () => {
    node.run('web', { containers: [{ name: 'app', image: idle }] });
    const { status } = await node.pod('web', isReady);
    assert.equal(status?.phase, 'Running');
    assert.equal(status.podIP, '10.244.0.2');
    assert.deepEqual(
      status.conditions?.map(({ type, status: value }) => [type, value]),
      [
        ['PodReadyToStartContainers', 'True'],
        ['Initialized', 'True'],
        ['Ready', 'True'],
        ['ContainersReady', 'True'],
      ],
    );
    assert.deepEqual(await node.recorded('Started'), ['Started container app']);
  });

  it('gives a container its environment, its arguments and its service account', async () => {
    const image = `
      const root = process.env.CONTAINER_SANDBOX_MOUNT_POINT + '/var/run/secrets/kubernetes.io/serviceaccount/';
      const read = (name) => require('fs').readFileSync(root + name, 'utf8');
      const { HOSTNAME, POD, GREETING, KUBERNETES_SERVICE_PORT } = process.env;
      console.log(JSON.stringify({
        HOSTNAME, POD, GREETING, KUBERNETES_SERVICE_PORT, arguments: process.argv.slice(1),
        token: read('token'), ca: read('ca.crt'), namespace: read('namespace'), inherited: process.env.npm_command,
      }));
      ${idle}`;
    const env = [
      { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      { name: 'GREETING', value: 'hello $(POD), $(NOBODY), $$(POD)' },
    ];
    node.run('web', { containers: [{ name: 'app', image, env, args: ['--', '--id=$(POD)'] }] });
    const [line = ''] = await node.logged('web', 'app', /HOSTNAME/);
    assert.deepEqual(JSON.parse(line), {
      HOSTNAME: 'web',
      POD: 'web',
      GREETING: 'hello web, $(NOBODY), $(POD)',
      KUBERNETES_SERVICE_PORT: '1',
      arguments: ['--id=web'],
      token: 'token 1',
      ca: 'the CA',
      namespace: 'default',
    });
  });

  it('renews a token before it expires', async () => {
    const pod = node.run('web', { containers: [{ name: 'app', image: idle }] });
    await node.pod('web', isReady);
    await node.clock.advance(3607 * 0.8 * 1000);
    assert.deepEqual(node.tokenRequests[1], {
      namespace,
      serviceAccount: 'default',
      pod: { name: 'web', uid: pod.metadata.uid },
      lifetimeSeconds: 3607,
    });
  });

  it('goes on where a volume cannot be written anew, says so, and tries again', async () => {
    const pod = node.run('web', { containers: [{ name: 'app', image: idle }] });
    await node.pod('web', isReady);
    const configMap = node.kube.configMaps.find(namespace, 'kube-root-ca.crt');
    assert.ok(configMap);
    node.kube.configMaps.delete(configMap);
    await node.clock.advance(3607 * 0.8 * 1000);
    assert.deepEqual(await node.recorded('FailedMount'), [
      'MountVolume.SetUp failed: configmap "kube-root-ca.crt" not found',
    ]);
    node.kube.configMaps.create({
      metadata: { name: configMap.metadata.name, namespace },
      data: { 'ca.crt': 'another' },
    });
    await node.clock.advance(2000);
    assert.equal(node.tokenRequests.at(-1)?.pod.uid, pod.metadata.uid);
    assert.equal(node.tokenRequests.length, 3);
    assert.equal((await node.recorded('FailedMount')).length, 1);
  });

  it('runs init containers one after the other, and begins with the main ones when all have succeeded', async () => {
    node.run('web', {
      initContainers: [
        { name: 'first', image: 'console.log(1)' },
        { name: 'second', image: 'console.log(2)' },
      ],
      containers: [{ name: 'app', image: idle }],
    });
    const { status } = await node.pod('web', isReady);
    const [first, second] = (status?.initContainerStatuses ?? []).map(
      ({ state }) => state?.terminated?.reason,
    );
    assert.deepEqual([first, second], ['Completed', 'Completed']);
    const events = await node.recorded('Started', 3);
    assert.deepEqual(events.length, 3);
  });

  it('starts a sidecar first, waits for its startup probe, and stops it after the main container has ended', async () => {
    node.run('web', {
      initContainers: [
        {
          name: 'sidecar',
          image: server(4040, 'sidecar'),
          restartPolicy: 'Always',
          startupProbe: { httpGet: { path: '/', port: 4040 } },
        },
      ],
      containers: [
        {
          name: 'app',
          image: `
            fetch('http://localhost:4040').then((response) => response.text()).then(console.log);
            process.on('SIGTERM', async () => {
              const response = await fetch('http://localhost:4040');
              console.log('at the end', await response.text());
              process.exit(0);
            });
            ${idle}`,
        },
      ],
    });
    await node.pod('web', isReady);
    await node.logged('web', 'app', /^sidecar$/);
    node.kube.pods.delete(await node.pod('web', isReady));
    const [appLog, sidecarLog] = await Promise.all([
      node.logged('web', 'app', /^at the end sidecar$/),
      node.logged('web', 'sidecar', /^told to end$/),
    ]);
    assert.deepEqual([appLog.length, sidecarLog.length], [2, 1]);
    await untilGone(node.kube.pods, namespace, 'web');
  });

  it('tells the pids of the containers, and restarts one that is killed', async () => {
    node.run('web', { containers: [{ name: 'app', image: `console.log(process.pid); ${idle}` }] });
    const [pid = ''] = await node.logged('web', 'app', /\d/);
    assert.deepEqual(node.kubelet.processes(namespace, 'web'), [{ container: 'app', pid: Number(pid) }]);
    process.kill(Number(pid), 'SIGKILL');
    const { status } = await node.pod(
      'web',
      (pod) => isReady(pod) && pod.status?.containerStatuses?.[0]?.restartCount === 1,
    );
    assert.equal(status?.containerStatuses?.[0]?.lastState?.terminated?.exitCode, 137);
    assert.deepEqual(await node.log('web', 'app', true), [pid]);
  });

  it('waits for an image that it does not have, and says so', async () => {
    node.run('web', { containers: [{ name: 'app', image: 'missing', imagePullPolicy: 'Never' }] });
    const { status } = await node.pod('web', (pod) => pod.status?.containerStatuses !== undefined);
    assert.deepEqual(status?.containerStatuses?.[0]?.state?.waiting, {
      reason: 'ErrImageNeverPull',
      message: 'Container image "missing" is not present with pull policy of Never',
    });
    assert.equal(status.phase, 'Pending');
    await assert.rejects(
      node.log('web', 'app'),
      /container "app" in pod "web" is waiting to start: ErrImageNeverPull/,
    );
  });

  it('ends a pod whose containers may end, and stops its sidecar', async () => {
    node.run('job', {
      restartPolicy: 'OnFailure',
      initContainers: [{ name: 'sidecar', image: idle, restartPolicy: 'Always' }],
      containers: [{ name: 'app', image: 'process.exit(0)' }],
    });
    const { status } = await node.pod('job', (pod) => pod.status?.phase === 'Succeeded');
    assert.equal(status?.containerStatuses?.[0]?.state?.terminated?.reason, 'Completed');
    await node.pod('job', (pod) => pod.status?.initContainerStatuses?.[0]?.state?.terminated !== undefined);
  });

  it('stops what runs of a pod that was deleted by force', async () => {
    const pod = node.run('web', { containers: [{ name: 'app', image: server(8080, '') }] });
    await node.listening((await node.pod('web', isReady)).status?.podIP ?? '', 8080);
    const log = node.logged('web', 'app', /told to end/);
    node.kube.pods.delete(pod, 0);
    assert.deepEqual(await log, ['told to end']);
  });

  it('keeps files to itself and removes them with the pod', async () => {
    const pod = node.run('web', {
      containers: [{ name: 'app', image: `console.log(process.cwd()); ${idle}` }],
    });
    const [root = ''] = await node.logged('web', 'app', /./);
    const podFolder = path.resolve(root, '../..');
    assert.equal(fs.statSync(podFolder).mode & 0o777, 0o700);
    node.kube.pods.delete(pod);
    await untilGone(node.kube.pods, namespace, 'web');
    assert.equal(fs.existsSync(podFolder), false);
  });
});
