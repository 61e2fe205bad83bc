import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { urlOf } from '../elector-process.ts';
import type { TestCluster } from '../test-cluster.ts';
import type { Child } from '../../../../base/testing/child.ts';

const apps: Server[] = [];

/** Starts an app that is well, and tells where it answers health checks. */
export async function startHealthyApp(): Promise<{ readonly app: Server; readonly url: string }> {
  const app = createServer((_request, response) => response.end('ok\n'));
  apps.push(app);
  app.listen(0, '127.0.0.1');
  await once(app, 'listening');
  return { app, url: `http://127.0.0.1:${(app.address() as AddressInfo).port}/healthz` };
}

/** Closes its port, and every connection to it. */
export async function closeApp(app: Server): Promise<void> {
  if (!app.listening) return;
  app.close();
  app.closeAllConnections();
  await once(app, 'close');
}

/** Closes every app that was started. */
export async function closeApps(): Promise<void> {
  for (const app of apps.splice(0)) await closeApp(app);
}

/** As the app of that elector follows its events; returns what ends that. */
export async function followEvents(cluster: TestCluster, elector: Child, pod: string): Promise<() => void> {
  const url = await urlOf(elector);
  const request = get(`${url}/events`, { agent: false, headers: await cluster.proofOf(pod) });
  request.on('error', () => undefined);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  assert.equal(response.statusCode, 200);
  response.on('error', () => undefined).resume();
  return () => request.destroy();
}
