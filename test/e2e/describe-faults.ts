import assert from 'node:assert/strict';
import { eventually } from '../../base/testing/eventually.ts';
import { fullName, reason } from '../../local/story/words.ts';
import { chaos } from '../../proof/chaos/chaos.ts';
import { ttlSeconds, type RunningExample } from './running-example.ts';

/** What befalls pods and the API server, and that the example goes on. */
export function describeFaults(running: () => RunningExample): void {
  // Whom a killed elector has told that it leads has ended with it, so the lock may be let go before that claim ends (rule 6).
  it('has a leader again after the processes of the leader were killed', async () => {
    const former = await running().someoneLeads();
    const next = running().example.leadership.next();
    assert.equal(running().example.faults.crash(), former);
    assert.match(reason(await next, fullName), /crashed/);
    await running().someoneLeads();
    await eventually('a page', async () => (await fetch(running().example.url)).ok);
  });

  it('has another leader once the lease of a frozen one has run out, who says no when it wakes', () =>
    running().withOneLeader(async () => {
      const former = await running().someoneLeads();
      const next = running().example.leadership.next();
      assert.equal(running().example.faults.freeze(), former);
      const term = await next;
      const { leader, afterMs } = term;
      assert.notEqual(leader, former);
      assert.equal(reason(term, fullName), `${former} was frozen and its lease ran out`);
      // Its last renewal may be as old as a third of the lease when it is frozen.
      assert.ok(afterMs > (ttlSeconds * 1000) / 2, `after ${afterMs} ms, well before its lease ran out`);
      const firstAnswer = running().ask(former);
      running().example.faults.thaw();
      assert.equal((await firstAnswer)?.isLeader, false);
      assert.equal(await running().someoneLeads(), leader);
    }));

  it('stops leading while the API server is away, and leads again when it is back', () =>
    running().withOneLeader(async () => {
      const former = await running().someoneLeads();
      const { apiServer } = running().example.cluster;
      const url = apiServer.url;
      await apiServer.close();
      await eventually(
        'a leader that gave up',
        async () => (await running().ask(former))?.isLeader === false,
      );
      await apiServer.listen();
      assert.equal(apiServer.url, url);
      await running().someoneLeads();
    }));

  it('goes on under a leader when the API server is restarted', () =>
    running().withOneLeader(async () => {
      await running().someoneLeads();
      const { apiServer } = running().example.cluster;
      const version = () => lock().metadata.resourceVersion;
      await apiServer.close();
      const before = version();
      await apiServer.listen();
      await eventually('a renewal', () => version() !== before);
      await running().someoneLeads();
    }));

  // How long leadership takes to come back is judged by `npm run chaos`: here the machine is busy with other tests.
  it('keeps its promises in a short run of chaos', () =>
    running().withOneLeader(async () => {
      const signal = AbortSignal.timeout(50_000);
      const options = { seed: 6, faults: 5, onRound: () => undefined, signal };
      const rounds = await chaos(running().cluster, running().recording, options);
      assert.equal(rounds.flatMap(({ faults }) => faults).length, 5);
    }, running().recording));

  function lock() {
    const leases = { group: 'coordination.k8s.io', resource: 'leases' };
    return running().example.cluster.api.get(leases, 'default', 'example');
  }
}
