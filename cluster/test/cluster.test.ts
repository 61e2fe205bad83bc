import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../base/testing/eventually.ts';
import { EmbeddedCluster } from '../cluster.ts';

const servers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'TCPServerWrap');

describe('An embedded cluster', () => {
  it('whose folder cannot be made does not start, and nothing of it listens then', async () => {
    const parent = mkdtempSync(join(tmpdir(), 'cluster-'));
    writeFileSync(join(parent, 'file'), '');
    const before = servers();
    const onError = (error: Error) => assert.fail(error);
    await assert.rejects(
      EmbeddedCluster.start({
        folder: join(parent, 'file', 'kubelet'),
        resolveImage: () => undefined,
        onError,
      }),
      /ENOTDIR/,
    );
    await eventually('no server left', () => servers().length === before.length);
    rmSync(parent, { recursive: true });
  });
});
