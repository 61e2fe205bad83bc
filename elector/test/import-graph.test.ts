import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** The packages in node_modules that these files of src import, and what those import. */
async function packagesOf(...files: string[]): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: files.map((file) => fileURLToPath(new URL(`../src/${file}`, import.meta.url))),
    outdir: 'unused',
    bundle: true,
    platform: 'node',
    metafile: true,
    write: false,
    external: ['./kubeconfig-credentials.ts'],
  });
  return Object.keys(metafile.inputs).filter((input) => input.includes('node_modules'));
}

describe('the import graph', () => {
  it('of the client, the locks and the credentials has no package, for the sake of memory', async () => {
    const files = ['kube-client', 'endpoints-lock', 'lease-lock', 'load-credentials'];
    assert.deepEqual(await packagesOf(...files.map((name) => `kubernetes/${name}.ts`)), []);
  });
});
