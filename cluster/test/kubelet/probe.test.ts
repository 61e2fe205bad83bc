import assert from 'node:assert/strict';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { PodNetwork } from '../../kubelet/pod-network.ts';
import { runProbe } from '../../kubelet/probe.ts';

const switchOfProtocols =
  'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';

const podIP = '10.244.0.7';

describe('A probe by HTTP', () => {
  let server: net.Server;
  let folder: string;
  let network: PodNetwork;
  let answer: (socket: net.Socket) => void;

  beforeEach(async () => {
    server = net.createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.once('data', () => answer(socket));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'probe-'));
    network = new PodNetwork(folder);
    network.expose(podIP, 8080, (server.address() as net.AddressInfo).port);
  });

  afterEach(() => {
    server.close();
    fs.rmSync(folder, { recursive: true });
  });

  const probe = () =>
    runProbe(
      network,
      podIP,
      { name: 'app', image: 'app' },
      { httpGet: { path: '/', port: 8080 }, timeoutSeconds: 1 },
    );

  const findings: Record<string, { answer: (socket: net.Socket) => void; finding: RegExp | null }> = {
    '200': { answer: (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'), finding: null },
    'a switch of protocols': { answer: (socket) => socket.write(switchOfProtocols), finding: /: EOF$/ },
    'a close without an answer': { answer: (socket) => socket.end(), finding: /: socket hang up$/ },
    'headers that stop': {
      answer: (socket) => socket.write('HTTP/1.1 200 OK\r\n'),
      finding: /: context deadline exceeded/,
    },
  };
  for (const [what, { answer: given, finding }] of Object.entries(findings)) {
    it(`ends at ${what}`, async () => {
      answer = given;
      const found = await probe();
      if (finding === null) assert.equal(found, null);
      else assert.match(found ?? '', finding);
    });
  }
});
