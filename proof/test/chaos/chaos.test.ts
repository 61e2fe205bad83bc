import assert from 'node:assert/strict';
import { durationsOf } from '../../../elector/src/election/leader-election-config.ts';
import { eventually } from '../../../base/testing/eventually.ts';
import { chaos } from '../../chaos/chaos.ts';
import type { ChaosCluster, EndFault, ChaosFault } from '../../chaos/chaos-cluster.ts';
import type { ElectorPod } from '../../observation/electors.ts';
import { Listeners } from '../../observation/listeners.ts';
import { Recording } from '../../observation/recording.ts';
import { isGood, judge } from '../../chaos/summary.ts';
import { FakeElector } from '../observation/fake-elector.ts';

const over: EndFault = () => Promise.resolve();

/** Two electors in this process; what a fault does to them is for the test to say. */
class FakeCluster implements ChaosCluster {
  readonly durations = durationsOf({ leaseDuration: 3 });
  readonly replicas = 2;
  readonly possible = ['pod deleted'] as const;
  readonly whyNotAll = null;
  readonly injected: ChaosFault[] = [];
  onFault: (fault: ChaosFault) => EndFault | null = () => over;
  readonly #electors: Readonly<Record<string, FakeElector>>;
  readonly #terminating = new Set<string>();

  constructor(electors: Readonly<Record<string, FakeElector>>) {
    this.#electors = electors;
  }

  pods(): ElectorPod[] {
    return Object.keys(this.#electors).map((name) => ({
      name,
      isReady: true,
      isTerminating: this.#terminating.has(name),
    }));
  }

  /** From now on the pod is being deleted. */
  terminate(pod: string): void {
    this.#terminating.add(pod);
  }

  electorPort(pod: string): number | null {
    return this.#electors[pod]?.port ?? null;
  }

  inject(fault: ChaosFault): Promise<EndFault | null> {
    this.injected.push(fault);
    return Promise.resolve(this.onFault(fault));
  }

  stop(): Promise<void> {
    for (const elector of Object.values(this.#electors)) elector.stop();
    return Promise.resolve();
  }
}

describe('A run of chaos', () => {
  let a: FakeElector;
  let b: FakeElector;
  let cluster: FakeCluster;
  let recording: Recording;
  let listeners: Listeners;

  beforeEach(async () => {
    [a, b] = (await Promise.all(['a', 'b'].map((name) => FakeElector.start(name)))) as [
      FakeElector,
      FakeElector,
    ];
    cluster = new FakeCluster({ a, b });
    recording = new Recording();
    listeners = new Listeners(cluster, recording);
    a.lead('1', 2000);
  });

  afterEach(async () => {
    await listeners.end();
    await cluster.stop();
  });

  const run = (faults: number, signal = AbortSignal.timeout(50_000)) =>
    chaos(cluster, recording, { seed: 3, faults, onRound: () => undefined, signal });

  it('does as many faults as it is told to, and counts only those that had an effect', async () => {
    let times = 0;
    cluster.onFault = () => ((times += 1) % 2 === 0 ? over : null);
    const rounds = await run(3);
    assert.equal(rounds.flatMap(({ faults }) => faults).length, 3);
    assert.ok(cluster.injected.length >= 6);
  });

  it('takes leadership to be back only with a write that was sent after the faults', async () => {
    let renewedAt = Infinity;
    cluster.onFault = () => {
      // Valid for so short a time, its last write was before the fault.
      a.lead('1', 1);
      setTimeout(() => {
        renewedAt = performance.now();
        a.lead('1', 2000);
      }, 300);
      return over;
    };
    const [round] = await run(1);
    assert.ok(round !== undefined && round.recoveredAt >= renewedAt);
  });

  it('does not take the word of a pod that is being deleted', async () => {
    cluster.onFault = () => {
      cluster.terminate('a');
      setTimeout(() => b.lead('2', 2000), 200);
      return over;
    };
    const [round] = await run(1);
    assert.equal(round?.leader, 'b');
  });

  it('finds two leaders where a fault makes them', async () => {
    cluster.onFault = () => {
      b.lead('2', 2000);
      return over;
    };
    const rounds = await run(1);
    const outcome = () => judge(recording, rounds, cluster.durations);
    await eventually('an overlap', () =>
      outcome().violations.some(({ invariant }) => invariant === 'one leader'),
    );
    assert.ok(!isGood(outcome()));
  });

  it('ends when it is told to', async () => {
    const ending = new AbortController();
    cluster.onFault = () => {
      ending.abort(new Error('enough'));
      return over;
    };
    await assert.rejects(run(1000, ending.signal), (error: Error) => /enough|abort/.test(error.message));
  });
});
