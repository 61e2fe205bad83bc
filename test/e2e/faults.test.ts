import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../base/testing/eventually.ts';
import { Example } from '../../local/example.ts';
import { fullName, reason } from '../../local/story/words.ts';
import { chaos } from '../../proof/chaos/chaos.ts';
import { ElectorClient } from '../../proof/observation/elector-client.ts';
import { EmbeddedChaosCluster } from '../../proof/chaos/embedded-chaos-cluster.ts';
import { Listeners } from '../../proof/observation/listeners.ts';
import { Recording } from '../../proof/observation/recording.ts';
import { termsOf } from '../../proof/observation/terms.ts';
import { violationsIn } from '../../proof/observation/violations.ts';

const ttlSeconds = 3;

describe('The example', function () {
  this.timeout(60_000);
  let folder: string;
  let example: Example;
  let cluster: EmbeddedChaosCluster;
  let chaosRecording: Recording;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'faults-'));
    const nothing = () => undefined;
    example = await Example.start(
      {
        stateDir: join(folder, 'state'),
        port: null,
        config: { replicas: '3', ttlSeconds: String(ttlSeconds), lock: 'leases' },
      },
      { onMade: nothing, onDeleted: nothing, onError: (error) => assert.fail(error) },
    );
    chaosRecording = new Recording();
    cluster = new EmbeddedChaosCluster(example, chaosRecording);
    await example.up();
    await someoneLeads();
  });

  after(async () => {
    await cluster.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Does something, and fails if the electors meanwhile say what they promised never to say, such as two of them that they lead. */
  async function withOneLeader(run: () => Promise<void>, recording = new Recording()): Promise<void> {
    const listeners = new Listeners(cluster, recording);
    try {
      await run();
    } finally {
      await listeners.end();
    }
    assert.deepEqual(recording.unreadable, []);
    assert.deepEqual(violationsIn(recording), []);
    assert.ok(termsOf(recording).length > 0, 'nobody ever said that it leads');
  }

  /** Asks the elector of a pod who leads; null where none answers. */
  async function ask(pod: string) {
    const client = new ElectorClient(() => cluster.electorPort(pod));
    return client.ask().finally(() => client.close());
  }

  /** The pod that says that it leads. */
  function someoneLeads(): Promise<string> {
    return eventually('a pod that says that it leads', async () => {
      const leader = example.leadership.leader ?? '';
      return (await ask(leader))?.isLeader ? leader : null;
    });
  }

  // Whom a killed elector has told that it leads has ended with it, so the lock may be let go before that claim ends (rule 6).
  it('has a leader again after the processes of the leader were killed', async () => {
    const former = await someoneLeads();
    const next = example.leadership.next();
    assert.equal(example.faults.crash(), former);
    assert.match(reason(await next, fullName), /crashed/);
    await someoneLeads();
    await eventually('a page', async () => (await fetch(example.url)).ok);
  });

  it('has another leader once the lease of a frozen one has run out, who says no when it wakes', () =>
    withOneLeader(async () => {
      const former = await someoneLeads();
      const next = example.leadership.next();
      assert.equal(example.faults.freeze(), former);
      const term = await next;
      const { leader, afterMs } = term;
      assert.notEqual(leader, former);
      assert.equal(reason(term, fullName), `${former} was frozen and its lease ran out`);
      // Its last renewal may be as old as a third of the lease when it is frozen.
      assert.ok(afterMs > (ttlSeconds * 1000) / 2, `after ${afterMs} ms, well before its lease ran out`);
      const firstAnswer = ask(former);
      example.faults.thaw();
      assert.equal((await firstAnswer)?.isLeader, false);
      assert.equal(await someoneLeads(), leader);
    }));

  it('stops leading while the API server is away, and leads again when it is back', () =>
    withOneLeader(async () => {
      const former = await someoneLeads();
      const { apiServer } = example.cluster;
      const url = apiServer.url;
      await apiServer.close();
      await eventually('a leader that gave up', async () => (await ask(former))?.isLeader === false);
      await apiServer.listen();
      assert.equal(apiServer.url, url);
      await someoneLeads();
    }));

  it('goes on under a leader when the API server is restarted', () =>
    withOneLeader(async () => {
      await someoneLeads();
      const { apiServer } = example.cluster;
      const version = () => lock().metadata.resourceVersion;
      await apiServer.close();
      const before = version();
      await apiServer.listen();
      await eventually('a renewal', () => version() !== before);
      await someoneLeads();
    }));

  // How long leadership takes to come back is judged by `npm run chaos`: here the machine is busy with other tests.
  it('keeps its promises in a short run of chaos', () =>
    withOneLeader(async () => {
      const signal = AbortSignal.timeout(50_000);
      const options = { seed: 6, faults: 5, onRound: () => undefined, signal };
      const rounds = await chaos(cluster, chaosRecording, options);
      assert.equal(rounds.flatMap(({ faults }) => faults).length, 5);
    }, chaosRecording));

  function lock() {
    const leases = { group: 'coordination.k8s.io', resource: 'leases' };
    return example.cluster.api.get(leases, 'default', 'example');
  }
});
