import assert from 'node:assert/strict';
import { eventually } from '../../base/testing/eventually.ts';
import { originalManifests } from './original-manifests.ts';
import { RecordedCluster } from './recorded-cluster.ts';

/** The original's five files as they are, but for the images, which are no more. */
const manifests = originalManifests()
  .replace(/image: \S+\/leader-elector:\S+/, 'image: leader-elector')
  .replace(/image: \S+\/nodejs-le:\S+/, 'image: nodejs-le');

describe("The original's five files, with its flags,", function () {
  this.timeout(120_000);
  let cluster: RecordedCluster;

  before(async () => {
    cluster = await RecordedCluster.start();
  });

  after(() => cluster.stop());

  it('elect one of three pods, which are told apart by their host names', async () => {
    assert.ok(!manifests.includes('--id'), manifests);
    await cluster.apply(manifests);
    const pods = await eventually('three pods of which one leads', () => {
      const names = cluster.pods('present').map(({ metadata }) => metadata.name);
      return names.length === 3 && names.includes(cluster.holder('endpoints') ?? '') && names;
    });
    for (const pod of pods)
      await eventually(`${pod} to know who leads`, async () => (await cluster.readyz(pod)) === '200 ok');
  });
});
