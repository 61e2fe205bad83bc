import assert from 'node:assert/strict';
import { eventually } from '../../elector/test/eventually.ts';
import { freeNodePort } from '../../embedded/page-port.ts';
import type { LockKind } from '../../infra/lock-kinds.ts';
import { violationsIn } from '../../proof/chaos/violations.ts';
import { renderManifests } from '../../scripts/render-manifests.ts';
import { RecordedCluster } from './recorded-cluster.ts';

const leaseMs = 3000;

describe('Moving the election from one lock to the other', function () {
  this.timeout(120_000);
  let cluster: RecordedCluster;
  let nodePort: number;

  before(async () => {
    cluster = await RecordedCluster.start();
    nodePort = await freeNodePort();
    await apply('endpoints');
    await cluster.rolledOut();
  });

  after(() => cluster.stop());

  // Each step begins where the one before it ended, so the recording is one of all of them.
  afterEach(() => {
    assert.deepEqual(cluster.recording.unreadable, []);
    assert.deepEqual(violationsIn(cluster.recording), []);
  });

  async function apply(lock: LockKind): Promise<void> {
    const set = { replicas: '2', ttlSeconds: String(leaseMs / 1000), nodePort: String(nodePort), lock };
    await cluster.apply(await renderManifests(set));
  }

  it('stalls when a step is skipped, under the leader that there was, and goes back', async () => {
    const leader = await cluster.someoneLeads();
    await apply('leases');
    const barred = await eventually('a new pod that says why it is not ready', async () => {
      const name = cluster.pods('present')[0]?.metadata.name ?? '';
      const answer = await cluster.readyz(name);
      return answer?.includes(' is held by ') ? { name, answer } : null;
    });
    assert.equal(
      barred.answer,
      `503 endpoints default/example is held by "${leader.pod}", who does not hold leases default/example`,
    );

    const { heardAt } = await cluster.nextAnswer('an answer of that pod', ({ pod }) => pod === barred.name);
    const later = await cluster.nextAnswer(
      'an answer of the leader, a lease later',
      (answer) => answer.pod === leader.pod && answer.askedAt > heardAt + leaseMs,
    );
    assert.equal(later.status.fencingToken, leader.status.fencingToken);
    assert.equal((await cluster.readyz(barred.name))?.slice(0, 3), '503');
    assert.deepEqual(
      cluster.pods('present').map(({ metadata }) => metadata.name),
      [barred.name],
    );
    assert.equal(cluster.pods('former').length, 2);
    assert.equal(cluster.deployment.status?.readyReplicas, 2);

    await apply('endpoints');
    await cluster.rolledOut();
    const { status } = await cluster.nextAnswer('an answer of the leader', ({ pod }) => pod === leader.pod);
    assert.equal(status.fencingToken, leader.status.fencingToken);
  });

  it('goes over both, with one leader all the time', async () => {
    await apply('endpointsleases');
    await cluster.rolledOut();
    const both = await cluster.someoneLeads();
    assert.deepEqual([cluster.holder('endpoints'), cluster.holder('leases')], [both.pod, both.pod]);

    await apply('leases');
    await cluster.rolledOut();
    const { pod } = await cluster.someoneLeads();
    assert.equal(cluster.holder('leases'), pod);
    await eventually(
      'the release of the lock that is used no more',
      () => cluster.holder('endpoints') === '',
    );
  });
});
