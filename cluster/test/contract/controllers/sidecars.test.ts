import assert from 'node:assert/strict';
import type { Pod } from 'kubernetes-types/core/v1.js';
import { useCluster } from '../cluster.ts';
import { podsPath } from '../objects.ts';
import { untilListed, nodeContainer, showsReady } from './pods.ts';

// Serves from half a second on, so that its startup probe fails at first; says who calls, and when it is told to stop.
const sidecar = `
  process.on('SIGTERM', () => { console.log('the sidecar is told to stop'); process.exit(0); });
  const server = require('http').createServer((request, response) => {
    if (request.url !== '/started') console.log(request.url);
    response.end();
  });
  setTimeout(() => server.listen(4040), 500);`;

const app = `
  const say = (what) => fetch('http://localhost:4040/' + what);
  process.on('SIGTERM', () => say('the-app-ends').finally(() => process.exit(0)));
  const server = require('http').createServer((_, response) => response.end());
  say('the-app-begins').then(() => server.listen(8080));`;

describe('a native sidecar', function () {
  this.timeout(120_000);
  const cluster = useCluster('controllers');

  before(async () => {
    const startupProbe = {
      httpGet: { path: '/started', port: 4040 },
      periodSeconds: 1,
      failureThreshold: 60,
    };
    const readinessProbe = { httpGet: { path: '/', port: 8080 }, periodSeconds: 1 };
    await cluster.client.created(podsPath(cluster.namespace), {
      metadata: { name: 'pair' },
      spec: {
        terminationGracePeriodSeconds: 10,
        initContainers: [nodeContainer('sidecar', sidecar, { restartPolicy: 'Always', startupProbe })],
        containers: [nodeContainer('app', app, { readinessProbe })],
      },
    });
  });

  it('keeps the app waiting until its startup probe has succeeded', async () => {
    const states = new Set<string>();
    await untilListed(cluster.client, podsPath(cluster.namespace), ([found]) => {
      const { status } = (found ?? {}) as Pod;
      const isStarted = status?.initContainerStatuses?.[0]?.started === true;
      const waits = status?.containerStatuses?.[0]?.state?.waiting?.reason;
      if (status?.containerStatuses) states.add(`${isStarted ? 'started' : 'starting'}: ${waits ?? 'runs'}`);
      return found && showsReady(found);
    });
    assert.ok(states.has('starting: PodInitializing'), [...states].join());
    assert.ok(!states.has('starting: runs'), [...states].join());
  });

  it('is told to stop only after the app has ended', async () => {
    const { client, namespace } = cluster;
    const logs = client.get(`${podsPath(namespace, 'pair')}/log?container=sidecar&follow=true`);
    await client.delete(podsPath(namespace, 'pair'));
    const lines = (await logs).text.trim().split('\n');
    assert.deepEqual(lines, ['/the-app-begins', '/the-app-ends', 'the sidecar is told to stop']);
  });
});
