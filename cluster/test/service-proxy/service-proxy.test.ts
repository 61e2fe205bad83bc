import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import type { AddressInfo } from 'node:net';
import { Registry } from '../../api-server/registry.ts';
import { clientset } from '../../client/clientset.ts';
import type { Clientset } from '../../client/clientset.ts';
import { ServiceProxy } from '../../service-proxy/service-proxy.ts';

const namespace = 'default';

describe('The service proxy', () => {
  let kube: Clientset;
  let proxy: ServiceProxy;
  let port: number;
  let errors: Error[];
  let backends: http.Server[];

  beforeEach(async () => {
    const api = new Registry();
    kube = clientset(api);
    kube.namespaces.create({ metadata: { name: namespace } });
    errors = [];
    backends = [];
    proxy = new ServiceProxy({
      api,
      // A pod's address is the number of its backend; what has been closed does not resolve.
      resolve: (address) => {
        const bound = backends[Number(address.split('.')[3])]?.address();
        return bound && typeof bound === 'object' ? bound.port : undefined;
      },
      onError: (error) => errors.push(error),
    });
    port = await proxy.expose(namespace, 'web', 'http', 0);
  });
  afterEach(async () => {
    await proxy.stop();
    for (const backend of backends) backend.close().closeAllConnections();
  });

  /** Starts a backend that answers with its number, and streams on `/stream`. */
  const addBackend = async () => {
    const number = backends.length;
    const backend = http.createServer(({ url }, response) => {
      if (url === '/stream') response.write(`${number}`);
      else response.end(`${number}`);
    });
    backends.push(backend.listen(0, '127.0.0.1'));
    await once(backend, 'listening');
  };

  /** Says which backends are ready. */
  const setReady = (...ready: boolean[]) => {
    const existing = kube.endpointSlices.list({ namespace })[0];
    const slice = {
      metadata: existing?.metadata ?? {
        name: 'web-1',
        namespace,
        labels: { 'kubernetes.io/service-name': 'web' },
      },
      addressType: 'IPv4',
      endpoints: ready.map((isReady, number) => ({
        addresses: [`10.244.0.${number}`],
        conditions: { ready: isReady },
      })),
      ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
    };
    if (existing) kube.endpointSlices.update(slice);
    else kube.endpointSlices.create(slice);
  };

  const ask = async (at = port) => {
    const response = await fetch(`http://127.0.0.1:${at}/`, { headers: { connection: 'close' } });
    return response.text();
  };

  it('sends connections to the ready pods in turn, and to no other', async () => {
    await Promise.all([addBackend(), addBackend(), addBackend()]);
    setReady(true, false, true);
    const answers = [await ask(), await ask(), await ask(), await ask()];
    assert.deepEqual(answers.sort(), ['0', '0', '2', '2']);
  });

  it('passes over a ready pod that does not listen', async () => {
    await Promise.all([addBackend(), addBackend()]);
    setReady(true, true);
    backends[0]?.close();
    assert.deepEqual([await ask(), await ask()], ['1', '1']);
  });

  it('closes a connection at once while no pod is ready', async () => {
    await addBackend();
    setReady(false);
    await assert.rejects(
      ask(),
      (error: Error) => (error.cause as NodeJS.ErrnoException).code === 'ECONNRESET',
    );
  });

  it('leaves a connection to its pod when the pod becomes unready, until the pod closes it', async () => {
    await Promise.all([addBackend(), addBackend()]);
    setReady(true, false);
    const response = await fetch(`http://127.0.0.1:${port}/stream`);
    const reader = response.body?.getReader();
    assert.equal(Buffer.from((await reader?.read())?.value ?? []).toString(), '0');
    setReady(false, true);
    assert.equal(await ask(), '1');
    const next = reader?.read();
    backends[0]?.closeAllConnections();
    await assert.rejects(next ?? Promise.resolve(), /terminated/);
  });

  it('listens on the node port of a service for as long as there is one', async () => {
    await addBackend();
    setReady(true);
    const service = kube.services.create({
      metadata: { name: 'web', namespace },
      spec: {
        type: 'NodePort',
        selector: { app: 'web' },
        ports: [{ name: 'http', port: 80, targetPort: 8080 }],
      },
    });
    const nodePort = service.spec?.ports?.[0]?.nodePort ?? 0;
    await proxy.listening();
    assert.equal(await ask(nodePort), '0');
    kube.services.delete(service);
    await proxy.listening();
    const isRefused = (error: Error) => (error.cause as NodeJS.ErrnoException).code === 'ECONNREFUSED';
    await assert.rejects(ask(nodePort), isRefused);
    assert.deepEqual(errors, []);
  });

  it('leaves no port open that was being opened when it was stopped', async () => {
    const opening = proxy.expose(namespace, 'web', 'http', 0);
    await proxy.stop();
    const isRefused = (error: Error) => (error.cause as NodeJS.ErrnoException).code === 'ECONNREFUSED';
    await assert.rejects(ask(await opening), isRefused);
  });

  it('names a port that is in use', async () => {
    const other = net.createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port: taken } = other.address() as AddressInfo;
    await assert.rejects(proxy.expose(namespace, 'web', 'http', taken), {
      message: `cannot listen on port ${taken} of 127.0.0.1: another program uses it`,
    });
    other.close();
  });
});
