import { FakeClock } from '../../../base/testing/fake-clock.ts';
import { TestNode } from './test-node.ts';

// A program of its own, to be killed: it runs one pod, whose containers connect to the port that it is given, and
// freezes the second of them when it has connected.
const port = Number(process.argv[2]);
const image = (name: string) => `
  process.on('SIGTERM', () => {});
  require('net').connect(${port}, '127.0.0.1', function () { this.write('${name}'); console.log('connected'); });`;

const node = new TestNode(new FakeClock(), port);
node.run('web', {
  containers: [
    { name: 'awake', image: image('awake') },
    { name: 'frozen', image: image('frozen') },
  ],
});
await Promise.all([node.logged('web', 'awake', /connected/), node.logged('web', 'frozen', /connected/)]);
const frozen = node.kubelet.processes('default', 'web').find(({ container }) => container === 'frozen');
process.kill(frozen?.pid ?? 0, 'SIGSTOP');
process.stdout.write('ready');
