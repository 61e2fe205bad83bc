import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { useCluster } from '../cluster.ts';
import { eventually } from '../../../../base/testing/eventually.ts';
import { nodeContainer } from '../controllers/pods.ts';
import { useKubectl } from '../kubectl.ts';
import { nodeImage, podsPath } from '../objects.ts';
import { runBackend } from './backends.ts';

describe('kubectl, into a pod,', function () {
  this.timeout(120_000);
  const cluster = useCluster('controllers');
  const { run, succeeds } = useKubectl(cluster);
  const inPod = (program: string) => ['web', '--', 'node', '-e', program];

  const started = (...given: readonly string[]) =>
    spawn('kubectl', ['--kubeconfig', cluster.kubeconfigPath, '--namespace', cluster.namespace, ...given]);

  before(() => runBackend(cluster, 'web', { app: 'web' }));

  it('executes a command in the environment of a container', async () => {
    const shown = await succeeds(
      'exec',
      ...inPod('console.log(process.env.HOSTNAME, require("os").hostname())'),
    );
    assert.equal(shown, 'web web\n');
  });

  it('passes on what is said to a command, and what it says in two ways', async () => {
    const echo = 'process.stdin.pipe(process.stdout); console.error("heard")';
    const child = started('exec', '-i', ...inPod(echo));
    const said = Promise.all([text(child.stdout), text(child.stderr)]);
    child.stdin.end('one\ntwo\n');
    assert.deepEqual(await said, ['one\ntwo\n', 'heard\n']);
  });

  it('has the exit code of the command', async () => {
    const { code, stderr } = await run('exec', ...inPod('process.exit(3)'));
    assert.equal(code, 3);
    assert.equal(stderr, 'command terminated with exit code 3\n');
  });

  it('names a program that is not there', async () => {
    const { code, stderr } = await run('exec', 'web', '--', 'no-such-program');
    assert.equal(code, 1);
    assert.match(stderr, /exec: "no-such-program": executable file not found in \$PATH/);
  });

  it('is told of a container that the pod does not have', async () => {
    const { stderr } = await run('exec', 'web', '-c', 'other', '--', 'node');
    assert.equal(stderr, 'Error from server (BadRequest): container other is not valid for pod web\n');
  });

  it('attaches to what a container writes from then on', async () => {
    await cluster.client.created(podsPath(cluster.namespace), {
      metadata: { name: 'clock' },
      spec: {
        terminationGracePeriodSeconds: 1,
        containers: [
          nodeContainer('main', 'let n = 0; setInterval(() => console.log("tick", (n += 1)), 100)'),
        ],
      },
    });
    await succeeds('wait', '--for=condition=Ready', 'pod/clock', '--timeout=60s');
    await eventually('three ticks', async () => (await succeeds('logs', 'clock')).includes('tick 3\n'));
    const child = started('attach', 'clock');
    try {
      const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
      assert.ok(Number(/^tick (\d+)$/.exec(line)?.[1]) > 3, line);
    } finally {
      child.kill();
    }
  });

  it('runs a pod for as long as one looks at it', async () => {
    const program = 'setTimeout(() => console.log(6 * 7), 1000)';
    const how = [
      '--rm',
      '--quiet',
      '--restart=Never',
      `--image=${nodeImage}`,
      '--image-pull-policy=IfNotPresent',
    ];
    assert.equal(await succeeds('run', 'asked', '-i', ...how, '--', 'node', '-e', program), '42\n');
    assert.equal((await run('get', 'pod', 'asked')).code, 1);
  });

  it('forwards connections to a port, and says when nothing listens there', async () => {
    const child = started('port-forward', 'pod/web', ':8080', ':8081');
    const ports: string[] = [];
    const complaint = once(createInterface({ input: child.stderr }), 'line');
    for await (const line of createInterface({ input: child.stdout })) {
      const port = /^Forwarding from 127\.0\.0\.1:(\d+) /.exec(line)?.[1];
      if (port !== undefined) ports.push(port);
      if (ports.length === 2) break;
    }
    try {
      const [served = '', silent = ''] = ports;
      for (let count = 0; count < 3; count += 1)
        assert.equal(await (await fetch(`http://127.0.0.1:${served}`)).text(), 'web');
      await assert.rejects(fetch(`http://127.0.0.1:${silent}`));
      assert.match(String((await complaint)[0]), /error forwarding port 8081 to pod .*connection refused/);
    } finally {
      child.kill();
    }
  });
});
