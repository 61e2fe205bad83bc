// A service that is tested in counter.test.ts: its lock and its clock are handed in.
import { LeaderElector, type LeaderElectionConfig } from 'k8s-leader-elector';

/** Counts requests, on one pod only. */
export class Counter {
  count = 0;
  readonly elector: LeaderElector;

  constructor(config: Pick<LeaderElectionConfig, 'lock' | 'clock' | 'random'>) {
    this.elector = new LeaderElector({ leaseDuration: 15, ...config });
  }

  run(signal: AbortSignal): Promise<void> {
    return this.elector.run(signal);
  }

  /** Returns the status of the answer. */
  async handleRequest(): Promise<200 | 503> {
    const hasCounted = await this.elector.whileLeading(() => (this.count += 1));
    return hasCounted ? 200 : 503;
  }
}
