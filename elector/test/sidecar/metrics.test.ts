import assert from 'node:assert/strict';
import { LeaderElector } from '../../src/election/leader-elector.ts';
import { createMetrics, type Metrics } from '../../src/sidecar/metrics.ts';
import { NotLeadingError } from '../../src/election/resign-error.ts';
import { ConflictError } from '../../src/election/resource-lock.ts';
import { lease, renewPeriod } from '../election/candidate.ts';
import { deferred } from '../../../base/testing/deferred.ts';
import { FakeClock, settle } from '../../../base/testing/fake-clock.ts';
import { FaultyLock, type LockFault } from '../election/faulty-lock.ts';
import { LockStore } from '../../src/testing/lock-store.ts';

const sampleLine = /^(?<name>[a-zA-Z_:][\w:]*)\{(?<labels>(?:[a-zA-Z_]\w*="[^"\\]*",?)*)\} (?<value>\S+)$/;

/** The samples of Prometheus' text format: name and labels, the latter sorted, to value. Fails for a line that is none. */
function parse(text: string): Map<string, number> {
  const samples = new Map<string, number>();
  for (const line of text.split('\n')) {
    if (line === '' || /^# (HELP|TYPE) [a-zA-Z_:][\w:]* \S/.test(line)) continue;
    const { name = '', labels = '', value } = sampleLine.exec(line)?.groups ?? {};
    const number = Number(value);
    assert.ok(!Number.isNaN(number), `not a sample: ${line}`);
    const sample = `${name}{${labels.split(',').sort().join(',')}}`;
    assert.ok(!samples.has(sample), `twice: ${sample}`);
    samples.set(sample, number);
  }
  return samples;
}

describe('The metrics', () => {
  let clock: FakeClock;
  let store: LockStore;
  let lock: FaultyLock;
  let elector: LeaderElector;
  let metrics: Metrics;
  let stopping: AbortController;
  let ended: Promise<void>;

  beforeEach(() => {
    clock = new FakeClock();
    store = new LockStore();
    lock = new FaultyLock(store);
    const options = { lock, identity: 'a', uid: 'a-uid', leaseDuration: 15, clock, random: () => 0 };
    elector = new LeaderElector({ ...options, hasAppEnded: () => true });
    metrics = createMetrics(elector, 'example');
    stopping = new AbortController();
    ended = Promise.resolve();
  });

  afterEach(async () => {
    stopping.abort();
    await clock.advance(lease); // a failed request is made again, or the lock is free without it
    await ended;
  });

  const run = async () => {
    ended = elector.run(stopping.signal);
    await settle();
  };
  /** Lets this happen to the next renewal. */
  const disturb = (fault: LockFault) => {
    lock.fault = (verb) => {
      if (verb !== 'update') return undefined;
      lock.fault = () => undefined;
      return fault;
    };
  };
  const samples = async () => parse(await metrics.render());
  const writes = async () => {
    const all = [...(await samples())].filter(([name]) => name.startsWith('leader_election_writes_total'));
    return Object.fromEntries(all);
  };
  const written = (purpose: string, outcome = 'written') =>
    `leader_election_writes_total{name="example",outcome="${outcome}",purpose="${purpose}"}`;

  it('are Prometheus text, with help and type for each', async () => {
    await run();
    assert.equal(metrics.contentType, 'text/plain; version=0.0.4; charset=utf-8');
    const text = await metrics.render();
    for (const [name, type] of [
      ['leader_election_master_status', 'gauge'],
      ['leader_election_transitions', 'gauge'],
      ['leader_election_conflicts_total', 'counter'],
      ['leader_election_writes_total', 'counter'],
      ['leader_election_resignations_total', 'counter'],
      ['leader_election_renew_duration_seconds', 'histogram'],
    ] as const) {
      assert.match(text, new RegExp(`^# HELP ${name} \\S`, 'm'));
      assert.match(text, new RegExp(`^# TYPE ${name} ${type}$`, 'm'));
    }
    parse(text);
  });

  it("say by client-go's name whether this candidate leads, at the moment of asking", async () => {
    const status = 'leader_election_master_status{name="example"}';
    assert.equal((await samples()).get(status), 0);
    await run();
    assert.equal((await samples()).get(status), 1);
    clock.jump(10_001);
    assert.equal((await samples()).get(status), 0);
  });

  it("show the record's transitions", async () => {
    store.setRecord({ holderIdentity: 'b', leaderTransitions: 7 });
    await run();
    assert.equal((await samples()).get('leader_election_transitions{name="example"}'), 7);
  });

  it('count writes by purpose and outcome', async () => {
    assert.deepEqual(await writes(), {});
    await run();
    assert.deepEqual(await writes(), { [written('acquire')]: 1 });
    await clock.advance(3 * renewPeriod);
    assert.deepEqual(await writes(), { [written('acquire')]: 1, [written('renew')]: 3 });
    stopping.abort();
    await ended;
    assert.deepEqual(await writes(), {
      [written('acquire')]: 1,
      [written('renew')]: 3,
      [written('release')]: 1,
    });
  });

  it('count failures and conflicts', async () => {
    const conflicts = 'leader_election_conflicts_total{name="example"}';
    await run();
    assert.equal((await samples()).get(conflicts), 0);
    disturb({ error: new Error('refused') });
    await clock.advance(renewPeriod);
    assert.deepEqual(await writes(), { [written('acquire')]: 1, [written('renew', 'failed')]: 1 });
    assert.equal((await samples()).get(conflicts), 0);
    disturb({ error: new ConflictError('modified') });
    await clock.advance(renewPeriod);
    assert.deepEqual(await writes(), {
      [written('acquire')]: 1,
      [written('renew', 'failed')]: 1,
      [written('renew', 'conflict')]: 1,
      [written('renew')]: 1, // after a conflict it reads and writes again
    });
    assert.equal((await samples()).get(conflicts), 1);
  });

  it('count resignations by outcome', async () => {
    const resignations = (outcome: string) =>
      `leader_election_resignations_total{name="example",outcome="${outcome}"}`;
    await run();
    await elector.resign();
    await clock.advance(lease);
    lock.fault = () => ({ error: new Error('refused') });
    const failed = assert.rejects(elector.resign());
    await clock.advance(2 * renewPeriod);
    await failed;
    lock.fault = () => undefined;
    await assert.rejects(elector.resign(), NotLeadingError);
    const counted = await samples();
    assert.equal(counted.get(resignations('released')), 1);
    assert.equal(counted.get(resignations('unconfirmed')), 1);
  });

  it('measure the renewals that succeeded, in seconds', async () => {
    const count = 'leader_election_renew_duration_seconds_count{name="example"}';
    const sum = 'leader_election_renew_duration_seconds_sum{name="example"}';
    const within = (le: string) => `leader_election_renew_duration_seconds_bucket{le="${le}",name="example"}`;
    await run();
    assert.deepEqual([(await samples()).get(count), (await samples()).get(sum)], [0, 0]);
    const { promise, resolve } = deferred();
    disturb({ heldUntil: promise });
    await clock.advance(renewPeriod);
    clock.jump(120);
    resolve();
    await settle();
    const measured = await samples();
    assert.equal(measured.get(count), 1);
    assert.ok(Math.abs((measured.get(sum) ?? NaN) - 0.12) < 1e-9);
    assert.deepEqual([measured.get(within('0.1')), measured.get(within('0.25'))], [0, 1]);
    disturb({ error: new Error('refused') });
    await clock.advance(renewPeriod);
    assert.equal((await samples()).get(count), 1);
  });
});
