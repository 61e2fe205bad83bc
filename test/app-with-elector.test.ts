import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import type { Child } from '../base/testing/child.ts';
import { startBundle, urlOf } from '../elector/test/sidecar/elector-process.ts';
import { eventually } from '../base/testing/eventually.ts';
import { TestCluster } from '../elector/test/sidecar/test-cluster.ts';

const appMain = fileURLToPath(new URL('../app/dist/main.cjs', import.meta.url));

/** The two processes of a pod, which know each other by HTTP alone. */
interface Pod {
  readonly elector: Child;
  readonly app: Child;
  /** The page's sentence about who leads; null where the app is gone. */
  verdict(): Promise<string | null>;
  /** Waits until the page says this. */
  says(sentence: string): Promise<void>;
}

const iLead = 'I am the current master!';
const leadsAt = (pod: string) => `The master is at hostname: ${pod}`;
const isSilent = 'The elector is silent, so the master is unknown.';

describe('The app with its elector', function () {
  this.timeout(60_000);
  let cluster: TestCluster;

  beforeEach(async () => {
    cluster = await TestCluster.start();
  });

  afterEach(() => cluster.end());

  const startPod = async (name: string, leaseSeconds: number): Promise<Pod> => {
    const elector = await cluster.elect(name, `${leaseSeconds}s`);
    const app = startBundle(appMain, [], {
      PORT: '0',
      POD_NAME: name,
      POD_IP: '10.244.0.7',
      ELECTOR_URL: await urlOf(elector),
      LEASE_DURATION_SECONDS: String(leaseSeconds),
    });
    const [, port = ''] = await app.line(/serves its page on port (\d+)$/);
    const verdict = async () => {
      const page = await fetch(`http://127.0.0.1:${port}/`).then(
        (response) => response.text(),
        () => null,
      );
      return page === null ? null : (/<p id="verdict">([^<]*)<\/p>/.exec(page)?.[1] ?? page);
    };
    const says = async (sentence: string) => {
      await eventually(`${name}'s page saying "${sentence}"`, async () => (await verdict()) === sentence);
    };
    return { elector, app, verdict, says };
  };

  const startPods = async (leaseSeconds: number): Promise<[Pod, Pod]> => {
    const a = await startPod('a', leaseSeconds);
    await a.says(iLead);
    const b = await startPod('b', leaseSeconds);
    await b.says(leadsAt('a'));
    return [a, b];
  };

  it("says on the leader's page that it leads, and on the other's who does", async () => {
    const [a, b] = await startPods(3600);
    assert.deepEqual([await a.verdict(), await b.verdict()], [iLead, leadsAt('a')]);
  });

  it('says on the other page that it leads, once both processes of the leader were killed', async () => {
    const [a, b] = await startPods(3);
    await Promise.all([a.app.end(), a.elector.end()]);
    await b.says(iLead);
    assert.equal(cluster.holder, 'b');
  });

  it('shows an elector that was stopped for longer than the lease as silent, and hears it again', async () => {
    const [a, b] = await startPods(3);
    a.elector.signal('SIGSTOP');
    await b.says(iLead);
    assert.notEqual(await a.verdict(), iLead);
    await a.says(isSilent);
    a.elector.signal('SIGCONT');
    await a.says(leadsAt('b'));
    assert.equal(await b.verdict(), iLead);
  });

  it('shows an elector that was killed as silent, though the lock still names it', async () => {
    const a = await startPod('a', 3);
    await a.says(iLead);
    await a.elector.end();
    await a.says(isSilent);
    assert.equal(cluster.holder, 'a');
  });
});
