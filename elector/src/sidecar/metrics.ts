import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { LeaderElector } from '../election/leader-elector.ts';

/** The election's numbers in Prometheus' text format. */
export interface Metrics {
  readonly contentType: string;
  render(): Promise<string>;
}

/** Counts what `elector` does in the election `name`. `leader_election_master_status` is client-go's. */
export function createMetrics(elector: LeaderElector, name: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ name });
  const registers = [registry];
  new Gauge({
    name: 'leader_election_master_status',
    help: 'Whether this candidate leads: 1 for yes, 0 for no.',
    registers,
    collect() {
      this.set(elector.hasRight ? 1 : 0);
    },
  });
  new Gauge({
    name: 'leader_election_transitions',
    help: 'How often the lock went from one holder to another, as its record says.',
    registers,
    collect() {
      this.set(elector.leaderTransitions);
    },
  });
  const conflicts = new Counter({
    name: 'leader_election_conflicts_total',
    help: 'Writes that met a lock that had changed since it was read.',
    registers,
  });
  const writes = new Counter({
    name: 'leader_election_writes_total',
    help: 'Writes to the lock, by purpose (acquire, renew, restore, release) and outcome (written, unchanged, conflict, failed).',
    labelNames: ['purpose', 'outcome'],
    registers,
  });
  const resignations = new Counter({
    name: 'leader_election_resignations_total',
    help: 'Times this candidate resigned as leader, by outcome of the release (released, unconfirmed).',
    labelNames: ['outcome'],
    registers,
  });
  const renewDuration = new Histogram({
    name: 'leader_election_renew_duration_seconds',
    help: 'How long the renewals took that succeeded.',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });

  elector.on('write', ({ purpose, outcome, durationMs }) => {
    writes.inc({ purpose, outcome });
    if (outcome === 'conflict') conflicts.inc();
    if (purpose === 'renew' && outcome === 'written') renewDuration.observe(durationMs / 1000);
  });
  elector.on('resign', ({ outcome }) => resignations.inc({ outcome }));
  return { contentType: registry.contentType, render: () => registry.metrics() };
}
