import assert from 'node:assert/strict';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { backgroundClock } from '../../../base/clock.ts';
import { server } from './programs.ts';
import { TestNode } from './test-node.ts';

/** Asks `url` by fetch and by http.get, and logs both answers, or the codes of their errors. */
function asker(url: string): string {
  return `
    const fetched = fetch('${url}').then((response) => response.text(), (error) => error.cause.code);
    const got = new Promise((resolve) => require('http').get('${url}', (response) => {
      response.setEncoding('utf8').once('data', resolve);
    }).on('error', (error) => resolve(error.code)));
    Promise.all([fetched, got]).then(([one, other]) => console.log(one + ' ' + other));
    setInterval(() => {}, 1e6);`;
}

describe('The pod network', () => {
  let apiServer: http.Server;
  let node: TestNode<typeof backgroundClock>;
  let apiServerPort: number;

  beforeEach(async () => {
    apiServer = http.createServer((_, response) => response.end('the API'));
    await new Promise<void>((resolve) => apiServer.listen(0, '127.0.0.1', resolve));
    apiServerPort = (apiServer.address() as AddressInfo).port;
    node = new TestNode(backgroundClock, apiServerPort);
  });
  afterEach(async () => {
    await node.stop();
    apiServer.close();
  });

  /** Runs a pod that serves `name` on port 4040 from a sidecar, and asks `url` when that listens. */
  const ask = async (name: string, url: string) => {
    node.run(name, {
      initContainers: [
        {
          name: 'server',
          image: server(4040, name),
          restartPolicy: 'Always',
          startupProbe: { tcpSocket: { port: 4040 }, periodSeconds: 60 },
        },
      ],
      containers: [{ name: 'asker', image: asker(url) }],
    });
    return (await node.logged(name, 'asker', /./))[0];
  };

  it('lets each pod listen on the same port, and reach its own by localhost', async () => {
    const [one, two] = await Promise.all([
      ask('one', 'http://localhost:4040'),
      ask('two', 'http://127.0.0.1:4040'),
    ]);
    assert.deepEqual([one, two], ['one one', 'two two']);
  });

  it('refuses a connection to a port on which nothing in the pod listens, whoever listens outside', async () => {
    const outside = http.createServer((_, response) => response.end('outside'));
    await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = outside.address() as AddressInfo;
      assert.equal(await ask('one', `http://localhost:${port}`), 'ECONNREFUSED ECONNREFUSED');
    } finally {
      outside.close();
    }
  });

  it('leads to the API server at its own address', async () => {
    assert.equal(await ask('one', `http://127.0.0.1:${apiServerPort}`), 'the API the API');
  });

  it('leads one pod to the API server by a port of its own, once the shared one is concealed', async () => {
    const { network } = node.kubelet;
    network.conceal('127.0.0.1', apiServerPort);
    const url = `http://127.0.0.1:${apiServerPort}`;
    assert.equal(await ask('one', url), 'ECONNREFUSED ECONNREFUSED');
    const image = `setInterval(() => require('http').get('${url}', (response) => {
      response.setEncoding('utf8').once('data', (text) => console.log(text));
    }).on('error', () => undefined), 20);`;
    node.run('two', { containers: [{ name: 'asker', image }] });
    const { status } = await node.pod('two', (pod) => pod.status?.podIP !== undefined);
    const link = http.createServer((_, response) => response.end('the link'));
    await new Promise<void>((resolve) => link.listen(0, '127.0.0.1', resolve));
    try {
      network.expose(status?.podIP ?? '', apiServerPort, (link.address() as AddressInfo).port);
      assert.equal((await node.logged('two', 'asker', /./))[0], 'the link');
    } finally {
      link.close();
      link.closeAllConnections();
    }
  });

  it('leads to another pod by its address', async () => {
    await ask('one', 'http://localhost:4040');
    const { status } = await node.pod('one', (pod) => pod.status?.podIP !== undefined);
    assert.equal(await ask('two', `http://${status?.podIP ?? ''}:4040`), 'one one');
  });

  it('tells a container the port that it asked for, and forgets it when the container has ended', async () => {
    const image = `
      const server = require('http').createServer().listen(8080, () => console.log(server.address().port));`;
    // One that is started again may listen before anybody has looked.
    node.run('one', { restartPolicy: 'Never', containers: [{ name: 'app', image }] });
    assert.deepEqual(await node.logged('one', 'app', /./), ['8080']);
    const { status } = await node.pod('one', (pod) => pod.status?.phase === 'Running');
    const podIP = status?.podIP ?? '';
    assert.ok(node.kubelet.network.resolve(podIP, 8080));
    const [running] = node.kubelet.processes('default', 'one');
    const withdrawn = new Promise<void>((resolve) => {
      const end = node.kubelet.network.watch(podIP, () => {
        if (node.kubelet.network.resolve(podIP, 8080) !== undefined) return;
        end();
        resolve();
      });
    });
    process.kill(running?.pid ?? 0, 'SIGKILL');
    await withdrawn;
  });
});
