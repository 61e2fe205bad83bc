/** The labels of a sample, and their values. */
export type MetricLabels = Record<string, string>;

/** What a metric of prom-client is made of. */
export interface MetricOptions<Registry> {
  /** As Prometheus names it. */
  name: string;
  /** What it counts, for people. */
  help: string;
  /** The names of its labels. */
  labelNames: string[];
  /** Where it is registered; default: prom-client's own registry. */
  registers?: Registry[];
}

/** What is needed of prom-client, which the program brings: the module itself fits, `import * as promClient from 'prom-client'`. */
export interface PromClient<Registry> {
  /** Its class of this name. */
  readonly Gauge: new (
    options: MetricOptions<Registry> & {
      collect(this: { set(labels: MetricLabels, value: number): void }): void;
    },
  ) => unknown;
  /** Its class of this name. */
  readonly Counter: new (options: MetricOptions<Registry>) => {
    inc(labels: MetricLabels, by?: number): void;
  };
  /** Its class of this name. */
  readonly Histogram: new (options: MetricOptions<Registry> & { buckets: number[] }) => {
    zero(labels: MetricLabels): void;
    observe(labels: MetricLabels, value: number): void;
  };
}
