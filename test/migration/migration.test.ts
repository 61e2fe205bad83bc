import assert from 'node:assert/strict';
import { leaderAnnotation } from '../../elector/src/election/leader-election-record.ts';
import { eventually } from '../../base/testing/eventually.ts';
import { namespace } from '../../local/example.ts';
import type { ApiObject } from '../../cluster/testing/index.ts';
import type { LockKind } from '../../base/lock-kinds.ts';
import { violationsIn } from '../../proof/observation/violations.ts';
import { renderManifests } from '../../local/engine/render-manifests.ts';
import { originalManifests } from './original-manifests.ts';
import { RecordedCluster } from './recorded-cluster.ts';

// Long enough that a busy machine does not let it run out.
const leaseMs = 6000;

// The steps of docs/migration.md. Each begins where the one before it ended, so the recording is one of all of them.
describe('Moving to this stack, and from one lock to the other', function () {
  this.timeout(120_000);
  let cluster: RecordedCluster;

  before(async () => {
    cluster = await RecordedCluster.start();
  });

  after(() => cluster.stop());

  afterEach(() => {
    assert.deepEqual(cluster.recording.unreadable, []);
    assert.deepEqual(violationsIn(cluster.recording), []);
  });

  async function apply(lock: LockKind): Promise<ApiObject[]> {
    const set = { replicas: '2', ttlSeconds: String(leaseMs / 1000), lock };
    return cluster.apply(await renderManifests(set));
  }

  it("updates the objects of the original's five files in place, and waits out the lease of who led there", async () => {
    const originals = await cluster.apply(originalManifests());
    await eventually('three pods whose images cannot be pulled', () => {
      const pods = cluster.pods('present').map(({ status }) => JSON.stringify(status?.containerStatuses));
      return pods.length === 3 && pods.every((statuses) => statuses.includes('ImagePull'));
    });
    const oldLeader = new OldLeader(cluster);
    oldLeader.renew();

    const applied = await apply('endpoints');
    const idsOf = (objects: readonly ApiObject[]) =>
      objects.map(({ kind, metadata }) => `${kind} ${metadata.name} ${metadata.uid}`).sort();
    // What the original does not have, such as a PodDisruptionBudget, is made besides.
    const isOriginal = ({ kind }: ApiObject) => originals.some((original) => original.kind === kind);
    assert.deepEqual(idsOf(applied.filter(isOriginal)), idsOf(originals));
    assert.deepEqual(addressesOf(applied), addressesOf(originals));
    await eventually('a new pod that has seen the lock', async () => {
      const name = cluster.pods('present')[0]?.metadata.name ?? '';
      return (await cluster.readyz(name)) === '200 ok';
    });
    assert.equal(cluster.holder('endpoints'), oldLeader.name);
    oldLeader.renew();

    const afterMs = await oldLeader.isSucceeded;
    assert.ok(afterMs >= oldLeader.leaseMs, `taken ${afterMs} ms after a renewal`);
    await cluster.rolledOut();
    const { status } = await cluster.someoneLeads();
    assert.ok(status.leaderTransitions > oldLeader.leaderTransitions);
    assert.deepEqual(cluster.pods('former'), []);
  });

  it('stalls when a step is skipped, under the leader that there was, and goes back', async () => {
    await apply('leases');
    const barred = await eventually('a new pod that says why it is not ready', async () => {
      const name = cluster.pods('present')[0]?.metadata.name ?? '';
      const answer = await cluster.readyz(name);
      return answer?.includes(' is held by ') ? { name, answer } : null;
    });
    const [, holder = ''] =
      /^503 endpoints default\/example is held by "(.*)", who does/.exec(barred.answer) ?? [];
    const former = cluster.pods('former').map(({ metadata }) => metadata.name);
    assert.ok(former.includes(holder), barred.answer);

    const { heardAt } = await cluster.nextAnswer('an answer of that pod', ({ pod }) => pod === barred.name);
    await cluster.nextAnswer(
      'a former pod that leads a lease later',
      ({ pod, askedAt, status }) => status.isLeader && former.includes(pod) && askedAt > heardAt + leaseMs,
    );
    assert.match(
      (await cluster.readyz(barred.name)) ?? '',
      /^503 .* who does not hold leases default\/example$/,
    );
    assert.deepEqual(
      cluster.pods('present').map(({ metadata }) => metadata.name),
      [barred.name],
    );
    assert.equal(cluster.pods('former').length, 2);

    await apply('endpoints');
    await cluster.rolledOut();
    assert.ok(former.includes((await cluster.someoneLeads()).pod));
    const claims = cluster.recording.answers.filter(
      ({ pod, status }) => pod === barred.name && status.isLeader,
    );
    assert.deepEqual(claims, []);
  });

  it('goes over both, with one leader all the time', async () => {
    await apply('endpointsleases');
    await cluster.rolledOut();
    await cluster.someoneLeads();
    const present = () => cluster.pods('present').map(({ metadata }) => metadata.name);
    await eventually('both locks in one hand', () => {
      const holder = cluster.holder('leases') ?? '';
      return present().includes(holder) && cluster.holder('endpoints') === holder;
    });

    await apply('leases');
    await cluster.rolledOut();
    await cluster.someoneLeads();
    await eventually('a lock of its own', () => present().includes(cluster.holder('leases') ?? ''));
    assert.ok(!present().includes(cluster.holder('endpoints') ?? ''));
  });
});

interface ServiceSpec {
  readonly clusterIP: string;
  readonly ports: readonly {
    readonly port: number;
    readonly nodePort: number;
    readonly targetPort: number;
  }[];
}

/** The cluster IP and ports of the Service among the objects. */
function addressesOf(objects: readonly ApiObject[]) {
  const { spec } = objects.find(({ kind }) => kind === 'Service') as ApiObject & { spec: ServiceSpec };
  return [
    spec.clusterIP,
    ...spec.ports.map(({ port, nodePort, targetPort }) => [port, nodePort, targetPort]),
  ];
}

/** Renews the lock as an elector of the original does: the annotation alone, without the uid of its pod. */
class OldLeader {
  readonly name = 'leader-elector-7cbdd6bcc5-z79jc';
  readonly leaderTransitions = 7;
  readonly leaseMs = 10_000;
  /** How long after its last renewal another took the lock, in milliseconds. */
  readonly isSucceeded: Promise<number>;
  readonly #cluster: RecordedCluster;
  #renewedAt = 0;

  constructor(cluster: RecordedCluster) {
    this.#cluster = cluster;
    this.isSucceeded = new Promise((resolve) => {
      const end = cluster.kube.endpoints.watch(
        () => {
          if (cluster.holder('endpoints') === this.name) return;
          resolve(performance.now() - this.#renewedAt);
          end();
        },
        { namespace, fieldSelector: 'metadata.name=example' },
      );
    });
  }

  renew(): void {
    const { endpoints } = this.#cluster.kube;
    const annotations = { [leaderAnnotation]: JSON.stringify(this.#record) };
    const existing = endpoints.find(namespace, 'example');
    if (existing) endpoints.update({ ...existing, metadata: { ...existing.metadata, annotations } });
    else endpoints.create({ metadata: { name: 'example', namespace, annotations } });
    this.#renewedAt = performance.now();
  }

  get #record() {
    return {
      holderIdentity: this.name,
      leaseDurationSeconds: this.leaseMs / 1000,
      acquireTime: '2020-03-26T16:42:37Z',
      renewTime: new Date().toISOString(),
      leaderTransitions: this.leaderTransitions,
    };
  }
}
