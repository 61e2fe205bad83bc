import type { LeaderElector } from './leader-elector.ts';
import type { MetricOptions, PromClient } from './prom-client.ts';

/** The electors by the names of their elections. */
type Electors = Readonly<Record<string, LeaderElector>>;

const renewBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Registers the election's metrics with prom-client, those of the sidecar's `/metrics`: `leader_election_master_status`, which is client-go's,
 * and others that begin with `leader_election_`. To be called once for a registry, before the electors run.
 *
 * `electors`: by the names of their elections, which become the label `name`. `registers`: where to; default: prom-client's own registry.
 */
export function registerMetrics<Registry>(
  electors: Readonly<Record<string, LeaderElector>>,
  client: PromClient<Registry>,
  registers?: Registry[],
): void {
  const options = (name: string, help: string, ...labelNames: string[]): MetricOptions<Registry> => ({
    name: `leader_election_${name}`,
    help,
    labelNames: ['name', ...labelNames],
    ...(registers === undefined ? {} : { registers }),
  });
  showState(electors, client, options);
  countWrites(electors, client, options);
  countResignations(electors, client, options);
  measureRenewals(electors, client, options);
}

type Describe<Registry> = (name: string, help: string, ...labelNames: string[]) => MetricOptions<Registry>;

function showState<Registry>(
  electors: Electors,
  { Gauge }: PromClient<Registry>,
  describe: Describe<Registry>,
): void {
  const show = (options: MetricOptions<Registry>, value: (elector: LeaderElector) => number) =>
    new Gauge({
      ...options,
      collect() {
        for (const [name, elector] of Object.entries(electors)) this.set({ name }, value(elector));
      },
    });
  show(describe('master_status', 'Whether this candidate leads: 1 for yes, 0 for no.'), ({ hasRight }) =>
    hasRight ? 1 : 0,
  );
  show(
    describe(
      'ready',
      'Whether this candidate can be relied upon: 0 before it has observed the lock, and while it does not stand, or in vain.',
    ),
    ({ notReadyBecause }) => (notReadyBecause === null ? 1 : 0),
  );
  show(
    describe('transitions', 'How often the lock went from one holder to another, as its record says.'),
    ({ leaderTransitions }) => leaderTransitions,
  );
}

function countWrites<Registry>(
  electors: Electors,
  { Counter }: PromClient<Registry>,
  describe: Describe<Registry>,
): void {
  const conflicts = new Counter(
    describe('conflicts_total', 'Writes that met a lock that had changed since it was read.'),
  );
  const help =
    'Writes to the lock, by purpose (acquire, renew, restore, release) and outcome (written, unchanged, conflict, failed).';
  const writes = new Counter(describe('writes_total', help, 'purpose', 'outcome'));
  for (const [name, elector] of Object.entries(electors)) {
    conflicts.inc({ name }, 0);
    elector.on('write', ({ purpose, outcome }) => {
      writes.inc({ name, purpose, outcome });
      if (outcome === 'conflict') conflicts.inc({ name });
    });
  }
}

function countResignations<Registry>(
  electors: Electors,
  { Counter }: PromClient<Registry>,
  describe: Describe<Registry>,
): void {
  const help = 'Times this candidate resigned as leader, by outcome of the release (released, unconfirmed).';
  const resignations = new Counter(describe('resignations_total', help, 'outcome'));
  for (const [name, elector] of Object.entries(electors))
    elector.on('resign', ({ outcome }) => resignations.inc({ name, outcome }));
}

function measureRenewals<Registry>(
  electors: Electors,
  { Histogram }: PromClient<Registry>,
  describe: Describe<Registry>,
): void {
  const duration = new Histogram({
    ...describe('renew_duration_seconds', 'How long the renewals took that succeeded.'),
    buckets: renewBuckets,
  });
  for (const [name, elector] of Object.entries(electors)) {
    duration.zero({ name });
    elector.on('write', ({ purpose, outcome, durationMs }) => {
      if (purpose === 'renew' && outcome === 'written') duration.observe({ name }, durationMs / 1000);
    });
  }
}
