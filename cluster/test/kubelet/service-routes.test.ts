import assert from 'node:assert/strict';
import { backgroundClock } from '../../../base/clock.ts';
import { TestNode } from './test-node.ts';

const name = 'web.default.svc.cluster.local';
const clusterIP = '10.96.0.9';

describe('What a pod knows of Services', () => {
  let node: TestNode<typeof backgroundClock>;
  let count = 0;

  beforeEach(() => {
    node = new TestNode(backgroundClock);
  });
  afterEach(() => node.stop());

  /** Runs a program in a pod of its own, in which `say` logs what a promise comes to. Resolves with the first line. */
  const said = async (program: string) => {
    const pod = `asker-${(count += 1)}`;
    const say =
      'const say = (promise) => promise.then((value) => console.log(JSON.stringify(value)), ({ code }) => console.log(code));';
    const image = `const dns = require('dns'); ${say} ${program}; setInterval(() => {}, 1e6)`;
    node.run(pod, { containers: [{ name: 'asker', image }] });
    return (await node.logged(pod, 'asker', /./))[0];
  };
  const connecting = (host: string, port: number) =>
    said(`say(new Promise((resolve, reject) =>
      require('net').connect({ host: '${host}', port: ${port} }, () => resolve('connected')).on('error', reject)))`);

  it('is found by each way to look up a name', async () => {
    node.kubelet.network.services.setName(name, [clusterIP]);
    const lookUp = "require('util').promisify(dns.lookup)('web.default')";
    const ways = [lookUp, "dns.promises.lookup('web')", "dns.promises.lookup('web.default.svc', 4)"];
    assert.equal(
      await said(`say(Promise.all([${ways.join()}]))`),
      JSON.stringify(ways.map(() => ({ address: clusterIP, family: 4 }))),
    );
    const all = "dns.promises.lookup('WEB.default.svc.cluster.local.', { all: true })";
    assert.equal(await said(`say(${all})`), JSON.stringify([{ address: clusterIP, family: 4 }]));
    assert.equal(await said(`say(dns.promises.lookup('web', { family: 6 }))`), 'ENOTFOUND');
  });

  it('is refused on a port that the Service does not have, and unreachable once the Service is gone', async () => {
    const { services } = node.kubelet.network;
    services.setAddress(clusterIP, new Map([[80, [{ address: '10.244.0.250', port: 8080 }]]]));
    assert.equal(await connecting(clusterIP, 81), 'ECONNREFUSED');
    assert.equal(await connecting(clusterIP, 80), 'EHOSTUNREACH');
    services.removeAddress(clusterIP);
    assert.equal(await connecting(clusterIP, 81), 'EHOSTUNREACH');
  });

  it('ends with the name: another of the same cluster is not found, and is not asked for elsewhere', async () => {
    const { services } = node.kubelet.network;
    services.setName(name, [clusterIP]);
    services.removeName(name);
    assert.equal(await said(`say(dns.promises.lookup('${name}'))`), 'ENOTFOUND');
  });

  it('has a name elsewhere for what the Service stands for', async () => {
    node.kubelet.network.services.setName(name, ['localhost']);
    assert.equal(
      await said(`say(dns.promises.lookup('web', { family: 4 }))`),
      '{"address":"127.0.0.1","family":4}',
    );
  });

  it("is, for the pod's own name, its address", async () => {
    const found = await said(`say(dns.promises.lookup(require('os').hostname()))`);
    const { status } = await node.pod(`asker-${count}`, (pod) => pod.status?.podIP !== undefined);
    assert.equal(found, JSON.stringify({ address: status?.podIP, family: 4 }));
  });
});
