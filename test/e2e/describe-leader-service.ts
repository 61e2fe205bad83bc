import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, get, type IncomingMessage, type RequestOptions } from 'node:http';
import { text } from 'node:stream/consumers';
import { eventually } from '../../base/testing/eventually.ts';
import { clientset } from '../../cluster/index.ts';
import { leaderServiceName } from '../../infra/election/leader-service.ts';
import { electorName, leaderPort } from '../../infra/names.ts';
import { namespace } from '../../local/example.ts';
import type { RunningExample } from './running-example.ts';

const service = leaderServiceName(electorName);

/** What is answered at a port of the leader. */
interface Served {
  readonly status: number;
  readonly connection: string | undefined;
  /** The pod that serves, and its token; null where it refuses. */
  readonly leader: { readonly name: string; readonly fencingToken: string } | null;
}

/** That the leader's Service is served by the leader alone. */
export function describeLeaderService(running: () => RunningExample): void {
  describe("its leader's Service", () => {
    let servicePort: number;

    before(async () => {
      const { serviceProxy } = running().example.cluster;
      servicePort = await serviceProxy.expose(namespace, service, 'http', 0);
    });

    /** Where a pod serves as the leader, or refuses, once it listens there. */
    function portOf(pod: string): Promise<number> {
      const { api, kubelet } = running().example.cluster;
      return eventually(`${pod} listening at ${leaderPort}`, () => {
        const { podIP = '' } = clientset(api).pods.find(namespace, pod)?.status ?? {};
        return kubelet.network.resolve(podIP, leaderPort) ?? null;
      });
    }

    const othersThan = (leader: string) =>
      running()
        .cluster.pods()
        .map(({ name }) => name)
        .filter((name) => name !== leader);

    /** Waits until the Service leads to this pod, which serves. */
    async function servedBy(pod: string): Promise<Served> {
      return eventually(`the leader's Service leading to ${pod}`, async () => {
        // It may yet lead to one that is frozen, who accepts and does not answer.
        const served = await ask(servicePort, { signal: AbortSignal.timeout(500) }).catch(() => null);
        return served?.leader?.name === pod ? served : null;
      });
    }

    it('leads to the leader, and the other pods refuse what comes all the same', async () => {
      const leader = await running().someoneLeads();
      await servedBy(leader);
      for (const pod of othersThan(leader))
        assert.deepEqual(await ask(await portOf(pod)), { status: 503, connection: 'close', leader: null });
    });

    it('follows when the leader is deleted: once the next has served, no other ever does', async () => {
      const former = await running().someoneLeads();
      const served = [await servedBy(former)];
      const asking = new AbortController();
      const asked = (async () => {
        while (!asking.signal.aborted) {
          const answer = await ask(servicePort).catch(() => null);
          if (answer !== null) served.push(answer);
        }
      })();
      const term = running().example.leadership.next();
      assert.equal(running().example.faults.delete(), former);
      const { leader } = await term;
      await servedBy(leader);
      asking.abort();
      await asked;
      for (const { status, connection, leader: by } of served)
        if (by === null) assert.deepEqual([status, connection], [503, 'close']);
      const tokens = served.flatMap(({ leader: by }) => (by === null ? [] : [BigInt(by.fencingToken)]));
      assert.deepEqual(
        tokens,
        tokens.toSorted((a, b) => (a < b ? -1 : Number(a > b))),
      );
      assert.deepEqual([...new Set(served.flatMap(({ leader: by }) => by?.name ?? []))], [former, leader]);
    });

    it('is refused by a leader that was frozen, and answers late, on connections old and new', async () => {
      const former = await running().someoneLeads();
      const port = await portOf(former);
      const agent = new Agent({ keepAlive: true });
      const kept = await ask(port, { agent });
      assert.equal(kept.leader?.name, former);
      const term = running().example.leadership.next();
      assert.equal(running().example.faults.freeze(), former);
      const late = [ask(port, { agent }), ask(port)];
      const { leader } = await term;
      const { leader: next } = await servedBy(leader);
      assert.ok(BigInt(next?.fencingToken ?? 0) > BigInt(kept.leader.fencingToken));
      running().example.faults.thaw();
      for (const answer of await Promise.all(late))
        assert.deepEqual(answer, { status: 503, connection: 'close', leader: null });
      agent.destroy();
    });
  });
}

/** Asks at a port of 127.0.0.1, on a connection of its own unless an agent has one. */
async function ask(port: number, options: Pick<RequestOptions, 'agent' | 'signal'> = {}): Promise<Served> {
  const request = get({ host: '127.0.0.1', port, agent: false, ...options });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const body = await text(response);
  const { statusCode: status = 0, headers } = response;
  const leader = status === 200 ? (JSON.parse(body) as Served['leader']) : null;
  return { status, connection: headers.connection, leader };
}
