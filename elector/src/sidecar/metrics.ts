import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { LeaderElector } from '../election/leader-elector.ts';
import { registerMetrics } from '../election/register-metrics.ts';

/** The election's numbers in Prometheus' text format. */
export interface Metrics {
  readonly contentType: string;
  render(): Promise<string>;
}

/** Counts what `elector` does in the election `name`. */
export function createMetrics(elector: LeaderElector, name: string): Metrics {
  const registry = new Registry();
  registerMetrics({ [name]: elector }, { Counter, Gauge, Histogram }, [registry]);
  return { contentType: registry.contentType, render: () => registry.metrics() };
}
