import assert from 'node:assert/strict';
import { ClientGoCandidate } from './client-go-candidate.ts';
import { MemoryKubeClient } from './memory-kube-client.ts';
import { LeaderElector } from '../../src/election/leader-elector.ts';
import type { LeaseSpec } from '../../src/election/leader-election-record.ts';
import { LeaseLock } from '../../src/kubernetes/lease-lock.ts';
import { FakeClock, settle } from '../../../base/testing/fake-clock.ts';
import { KubeObjects } from '../../../base/testing/kube-objects.ts';

const path = '/apis/coordination.k8s.io/v1/namespaces/default/leases/example';

/** A candidate of either kind. */
interface Member {
  readonly identity: string;
  readonly leads: () => boolean;
  readonly client: MemoryKubeClient;
  /** Ends it; it releases the lock. */
  readonly stop: () => void;
}

/** A small source of chance that repeats itself (mulberry32). */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe('A mixed fleet of this elector and client-go on one Lease', () => {
  let clock: FakeClock;
  let objects: KubeObjects;
  let members: Member[];
  let random: () => number;
  const ends: Promise<void>[] = [];

  const spec = () => (objects.read(path)?.['spec'] ?? {}) as Partial<LeaseSpec>;
  const leaders = () => members.filter(({ leads }) => leads()).map(({ identity }) => identity);

  beforeEach(() => {
    clock = new FakeClock();
    objects = new KubeObjects();
    members = [];
    random = chance(7);
  });
  afterEach(async () => {
    for (const { stop } of members) stop();
    await clock.advance(60_000);
    await Promise.all(ends.splice(0));
  });

  function ours(identity: string): Member {
    const client = new MemoryKubeClient(objects);
    const lock = new LeaseLock({
      name: 'example',
      client,
      namespace: 'default',
      owner: null,
      recordsEvents: false,
    });
    const elector = new LeaderElector({ lock, identity, leaseDuration: 15, clock, random });
    const stopping = new AbortController();
    ends.push(elector.run(stopping.signal));
    return joined({ identity, client, leads: () => elector.hasRight, stop: () => stopping.abort() });
  }

  function clientGo(identity: string): Member {
    const client = new MemoryKubeClient(objects);
    const candidate = new ClientGoCandidate(identity, 'example', { client, clock, random });
    const stopping = new AbortController();
    ends.push(candidate.run(stopping.signal));
    return joined({ identity, client, leads: () => candidate.leads, stop: () => stopping.abort() });
  }

  function joined(member: Member): Member {
    members.push(member);
    return member;
  }

  /** Who comes first, and who comes second. */
  const bothWays = [
    [ours, clientGo],
    [clientGo, ours],
  ] as const;

  async function endAll(...inOrder: readonly Member[]): Promise<void> {
    for (const member of inOrder) member.stop();
    await pass(10_000);
    members = [];
  }

  /** Lets time pass in small steps; at none may two lead. Returns when somebody was first seen to lead other than `before`, in milliseconds. */
  async function pass(ms: number, before = ''): Promise<number | null> {
    let next: number | null = null;
    for (let passed = 0; passed <= ms; passed += 50) {
      const now = leaders();
      assert.ok(now.length <= 1, `${now.join(' and ')} lead`);
      if (next === null && now.length === 1 && now[0] !== before) next = passed;
      await clock.advance(50);
    }
    return next;
  }

  it('honours the release of client-go: this elector leads at once, with its count of transitions', async () => {
    const theirs = clientGo('go');
    await pass(100);
    ours('node');
    await pass(20_000);
    assert.deepEqual(leaders(), ['go']);
    theirs.stop();
    assert.ok(Number(await pass(2000, 'go')) <= 100);
    assert.deepEqual([spec().holderIdentity, spec().leaseTransitions], ['node', 1]);
  });

  it('has its release honoured by client-go, within one poll', async () => {
    const mine = ours('node');
    await pass(100);
    clientGo('go');
    await pass(20_000);
    assert.deepEqual(leaders(), ['node']);
    mine.stop();
    // Its polls are retryPeriod and up to 1.2 times that apart.
    const tookMs = await pass(10_000, 'node');
    assert.ok(tookMs !== null && tookMs <= 4400, String(tookMs));
    assert.deepEqual([spec().holderIdentity, spec().leaseTransitions], ['go', 1]);
  });

  it('lets neither take the lock from the other while that renews', async () => {
    for (const [first, second] of bothWays) {
      const holder = first('first');
      await pass(100);
      const other = second('second');
      await pass(120_000);
      assert.deepEqual(leaders(), ['first']);
      await endAll(other, holder);
    }
  });

  it('lets each take over when the other is cut off, a lease after its last renewal', async () => {
    for (const [first, second] of bothWays) {
      const holder = first('first');
      await pass(100);
      const other = second('second');
      await pass(20_000);
      holder.client.isCutOff = true;
      const tookMs = await pass(30_000, 'first');
      assert.ok(tookMs !== null && tookMs > 9000 && tookMs < 20_000, String(tookMs));
      holder.client.isCutOff = false;
      await endAll(holder, other);
    }
  });

  it('never has two leaders in half an hour of ends, beginnings and cuts', async () => {
    let names = 0;
    const begin = () => (random() < 0.5 ? ours : clientGo)(`candidate-${(names += 1)}`);
    for (let candidate = 0; candidate < 4; candidate += 1) begin();
    const led = new Set<string>();
    for (let event = 0; event < 400; event += 1) {
      const index = Math.floor(random() * members.length);
      const victim = members[index];
      assert.ok(victim);
      if (random() < 0.4) {
        victim.stop();
        await settle();
        members.splice(index, 1);
        begin();
      } else {
        victim.client.isCutOff = !victim.client.isCutOff;
      }
      await pass(random() * 10_000);
      for (const leader of leaders()) led.add(leader);
    }
    assert.ok(led.size > 20, `${led.size} have led`);
  });
});
