// A service with a readiness check and metrics: `npm install k8s-leader-elector express prom-client`.
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import express from 'express';
import * as promClient from 'prom-client';
import { LeaderElector, LeaseLock, registerMetrics } from 'k8s-leader-elector';

const stopping = new AbortController();
process.once('SIGTERM', () => stopping.abort());
process.once('SIGINT', () => stopping.abort());

const elector = new LeaderElector({
  lock: new LeaseLock({
    name: 'my-service',
    // Found by `kubectl get leases --selector app.kubernetes.io/name=my-service`.
    labels: { 'app.kubernetes.io/name': 'my-service' },
    annotations: { 'example.com/contact': 'my-team@example.com' },
  }),
  leaseDuration: 15,
  log: console,
  async onStartedLeading(signal) {
    while (elector.hasRight) {
      console.log(`${elector.identity} works`);
      await setTimeout(1000, undefined, { signal }).catch(() => {});
    }
  },
});
registerMetrics({ 'my-service': elector }, promClient);

const server = express()
  // For the readiness probe. The liveness probe needs nothing of the election: who loses the lock stands again by itself.
  .get('/readyz', (_, response) => {
    const because = elector.notReadyBecause;
    response.status(because === null ? 200 : 503).send(because ?? 'ok');
  })
  .get('/metrics', async (_, response) => {
    response.type(promClient.register.contentType).send(await promClient.register.metrics());
  })
  .listen(Number(process.env['PORT'] ?? 8080), () => {
    console.log(`port ${(server.address() as AddressInfo).port}`);
  });

await elector.run(stopping.signal);
server.close();
