import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ContainerRuntime } from '../../kubelet/container-runtime.ts';

describe('The container runtime', () => {
  it('removes its files also where it is stopped before its shim has been loaded', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'runtime-'));
    await new ContainerRuntime([folder]).stop();
    assert.ok(!fs.existsSync(folder));
  });
});
