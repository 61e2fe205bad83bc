// Cron jobs that run on one pod only, with node-cron: `npm install k8s-leader-elector node-cron`.
import cron from 'node-cron';
import { LeaderElector, LeaderRunCoordinator, LeaseLock } from 'k8s-leader-elector';

const stopping = new AbortController();
process.once('SIGTERM', () => stopping.abort());
process.once('SIGINT', () => stopping.abort());

const elector = new LeaderElector({
  lock: new LeaseLock({ name: 'my-service' }),
  leaseDuration: 15,
  log: console,
});

// Each task that is `distributed` runs on the leader; the others of all pods do as before. `noOverlap`: none begins before the one before has
// ended.
cron.setRunCoordinator(new LeaderRunCoordinator(elector));
cron.schedule('* * * * * *', () => console.log(`${elector.identity} works`), {
  name: 'report',
  distributed: true,
  noOverlap: true,
});

// When SIGTERM comes, it ends as soon as the tasks that run have ended, and another pod leads at once.
await elector.run(stopping.signal);
await cron.shutdown();
