// A service that leads by itself on a developer's machine, without a cluster: `npm install k8s-leader-elector`.
import { setTimeout } from 'node:timers/promises';
import { LeaderElector, LeaseLock } from 'k8s-leader-elector';
import { DevelopmentLock } from 'k8s-leader-elector/testing';

const stopping = new AbortController();
process.once('SIGTERM', () => stopping.abort());
process.once('SIGINT', () => stopping.abort());

const elector = new LeaderElector({
  // Should the variable be set in a pod by mistake, the DevelopmentLock refuses to be made.
  lock: process.env['DEVELOPMENT'] ? new DevelopmentLock() : new LeaseLock({ name: 'my-service' }),
  leaseDuration: 15,
  log: console,
  async onStartedLeading(signal) {
    while (elector.hasRight) {
      console.log(`${elector.identity} works`);
      await setTimeout(1000, undefined, { signal }).catch(() => {});
    }
  },
});

await elector.run(stopping.signal);
