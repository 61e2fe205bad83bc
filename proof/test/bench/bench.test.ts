import assert from 'node:assert/strict';
import { BenchCluster } from '../../bench/bench-cluster.ts';
import { measureCandidates } from '../../bench/figures/candidates.ts';
import type { Figure } from '../../figure.ts';
import { figureNames } from '../../bench/figures.ts';
import { measureHandover } from '../../bench/figures/handover.ts';
import { measureMemory } from '../../bench/figures/memory.ts';
import { readOptions } from '../../../base/options.ts';
import { UserError } from '../../../base/user-error.ts';
import { command, figuresToMeasure } from '../../bench/options.ts';
import { measurePipelinedStreams } from '../../bench/figures/pipelined-streams.ts';
import { measureRequests } from '../../bench/figures/requests.ts';
import { median, percentile } from '../../statistics.ts';
import { table } from '../../table.ts';
import { measureSlowWrites } from '../../bench/figures/slow-writes.ts';
import { measureTakeover } from '../../bench/figures/takeover.ts';
import { measureViewers } from '../../bench/figures/viewers.ts';
import { measureThrottled } from '../../bench/figures/throttled.ts';

describe("The bench's statistics", () => {
  it('take a percentile by the nearest rank, in whatever order the samples are', () => {
    const hundredToOne = Array.from({ length: 100 }, (_, index) => 100 - index);
    assert.equal(percentile(hundredToOne, 99), 99);
    assert.equal(percentile(hundredToOne, 50), 50);
    assert.equal(percentile([30, 10, 20], 99), 30);
    assert.equal(percentile([7], 1), 7);
  });

  it('compare numbers, not their digits', () => assert.equal(median([10, 9, 100]), 10));

  it('refuse to make a figure of nothing', () => assert.throws(() => median([]), RangeError));
});

describe("The bench's table", () => {
  it('shows each figure with its ratio, its target and whether that is met', () => {
    const figures = [
      { what: 'fast', measured: '1 ms', ratio: '60×', target: '≥ 50×', met: true },
      { what: 'slow', measured: '9 ms', target: '≤ 5 ms', met: false },
      { what: 'for comparison', measured: '60 ms' },
    ];
    assert.deepEqual(table(figures).split('\n'), [
      '| figure         | measured | ratio | target | met |',
      '|----------------|----------|-------|--------|-----|',
      '| fast           | 1 ms     | 60×   | ≥ 50×  | yes |',
      '| slow           | 9 ms     |       | ≤ 5 ms | NO  |',
      '| for comparison | 60 ms    |       |        |     |',
    ]);
  });
});

/** The figures and the cluster that these arguments ask for; null: they ask for help. */
function read(args: readonly string[]) {
  const options = readOptions(command, args);
  return options && { ...options, only: figuresToMeasure(options.only) };
}

describe("The bench's options", () => {
  it('are all figures on the embedded API server where none is given', () =>
    assert.deepEqual(read([]), { only: figureNames, kubeconfig: null }));

  it('choose figures, which keep the order of the table, and a cluster', () =>
    assert.deepEqual(read(['--only', 'memory', '--only=handover', '--kubeconfig', 'file']), {
      only: ['handover', 'memory'],
      kubeconfig: 'file',
    }));

  for (const [args, message] of [
    [
      ['--only', 'speed'],
      /^--only is "speed"; it must be handover or takeover or .*, such as: npm run bench -- --only handover$/,
    ],
    [['--onyl', 'memory'], /^Unknown option '--onyl'\. The options: npm run bench -- --help$/],
    [['memory'], /^Unexpected argument 'memory'/],
  ] as const) {
    it(`refuse ${args.join(' ')}, and say why`, () =>
      assert.throws(
        () => read(args),
        (error) => error instanceof UserError && error.exitCode === 2 && message.test(error.message),
      ));
  }
});

describe('The bench, with the least there is to measure,', () => {
  let cluster: BenchCluster;

  before(async () => {
    cluster = await BenchCluster.start(null);
  });

  after(() => cluster.close());

  /** The first number of each figure. */
  const numbers = (figures: readonly Figure[]) =>
    figures.map(({ measured }) => Number(/-?\d+(\.\d+)?/.exec(measured)?.[0]));

  it('times handovers: to whoever watches, was idle, may not watch, polls', async () => {
    const figures = await measureHandover(cluster, {
      leaseDuration: 3,
      watching: 1,
      idle: 1,
      forbidden: { elections: 1, handovers: 1 },
      polling: { elections: 1, handovers: 1 },
    });
    const times = numbers(figures);
    assert.equal(times.length, 4);
    assert.ok(times.every(Number.isFinite), JSON.stringify(figures));
  });

  it('times takeovers from the end of the lease', async () => {
    const leaseDuration = 3;
    const figures = await measureTakeover(cluster, {
      watching: { leaseDuration, takeovers: 1 },
      polling: { leaseDuration, elections: 1 },
    });
    const times = numbers(figures);
    assert.equal(times.length, 3);
    // A bystander may see the last renewal a little later than the standby does.
    for (const beyondLease of times) assert.ok(beyondLease > -leaseDuration * 500, JSON.stringify(figures));
  });

  it('counts the requests of a leader, a standby and a standby that reads', async () => {
    const figures = await measureRequests(cluster, { seconds: 4, leaseDuration: 10 });
    const [leaders = NaN, standbys, reading = NaN] = numbers(figures);
    assert.equal(standbys, 0);
    assert.ok(leaders > 0 && reading > 0, JSON.stringify(figures));
  });

  it('finds no break where writes are slow', async () => {
    // A lease that no pause of a busy machine outlasts.
    const figures = await measureSlowWrites(cluster, { delayMs: 500, leaseDuration: 60, seconds: 1 });
    assert.equal(figures[1]?.measured, '0');
    assert.ok(Number.parseFloat(figures[0]?.ratio ?? '') >= 1, JSON.stringify(figures));
  });

  it('counts the requests of electors whose server refuses them all', async () => {
    const figures = await measureThrottled(cluster, { seconds: 4, leaseDuration: 10 });
    for (const perSecond of numbers(figures)) {
      assert.ok(perSecond > 0 && perSecond <= 2, JSON.stringify(figures));
    }
  });

  it('weighs an elector and a bare watch', async function () {
    if (process.platform !== 'linux') this.skip();
    const [elector = NaN, bare = NaN, resident = NaN] = numbers(
      await measureMemory(cluster, { processes: 1, seconds: 0 }),
    );
    assert.ok(bare > 1 && elector > 1 && resident > elector, `${elector} ${bare} ${resident}`);
  });

  it('lets candidates of one process fail over', async () => {
    const figures = await measureCandidates(cluster, {
      candidates: 4,
      leaseDuration: 3,
      handovers: 1,
      takeovers: 1,
    });
    const [, handoversWrites = NaN, , takeoversWrites = NaN] = figures.map(({ measured }) =>
      Number(/at most (\d+)/.exec(measured)?.[1]),
    );
    assert.ok(handoversWrites >= 1 && takeoversWrites >= 1, JSON.stringify(figures));
  });

  it('weighs an elector before, while and after streams are pipelined', async function () {
    if (process.platform !== 'linux') this.skip();
    const seconds = { open: 0, alone: 0 };
    const [after = NaN, open = NaN] = numbers(
      await measurePipelinedStreams(cluster, { connections: 5, requests: 3, seconds }),
    );
    assert.ok(after > 1 && open > 1, `${after} ${open}`);
  });

  it('lets viewers open the page of an app', async function () {
    if (process.platform !== 'linux') this.skip();
    const figures = await measureViewers(cluster, { viewers: 20, seconds: 2 });
    const [arrival = NaN, stay = NaN] = figures.map(({ ratio }) => Number.parseFloat(ratio ?? ''));
    assert.ok(arrival > 0 && stay > 0, JSON.stringify(figures));
  });
});
