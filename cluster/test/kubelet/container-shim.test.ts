import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { deferred } from '../../../base/testing/deferred.ts';

describe('The container shim', () => {
  it('leaves no container and no file when the kubelet is killed with SIGKILL, not even a frozen one', async () => {
    const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'orphan-'));
    const ended: Promise<string>[] = [];
    const bothConnected = deferred();
    const listener = net.createServer((socket) => {
      ended.push(
        new Promise((resolve) => {
          let name = '';
          socket.setEncoding('utf8').on('data', (text: string) => (name += text));
          socket.on('error', () => undefined).once('close', () => resolve(name));
        }),
      );
      if (ended.length === 2) bothConnected.resolve();
    });
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as net.AddressInfo;
    const program = fileURLToPath(new URL('orphan-node.ts', import.meta.url));
    const kubelet = spawn(process.execPath, ['--import', 'tsx', program, String(port)], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, TMPDIR: temporary },
    });
    await Promise.all([once(kubelet.stdout, 'data'), bothConnected.promise]);
    kubelet.kill('SIGKILL');
    // A connection closes when the last process that has it open has ended.
    assert.deepEqual((await Promise.all(ended)).sort(), ['awake', 'frozen']);
    await removed(temporary);
    listener.close();
    fs.rmSync(temporary, { recursive: true });
  });
});

/** Resolves when the kubelet's folder in there is gone. */
function removed(temporary: string): Promise<void> {
  const [testFolder = ''] = fs.readdirSync(temporary).filter((name) => name.startsWith('kubelet-'));
  const folder = path.join(temporary, testFolder);
  return new Promise((resolve) => {
    const look = () => {
      if (fs.existsSync(path.join(folder, 'kubelet'))) return;
      watcher.close();
      resolve();
    };
    const watcher = fs.watch(folder, look);
    look();
  });
}
