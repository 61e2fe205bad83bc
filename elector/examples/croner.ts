// A cron job that runs on one pod only, with croner: `npm install k8s-leader-elector croner`.
import { Cron } from 'croner';
import { LeaderElector, LeaseLock } from 'k8s-leader-elector';

const stopping = new AbortController();
process.once('SIGTERM', () => stopping.abort());
process.once('SIGINT', () => stopping.abort());

const elector = new LeaderElector({
  lock: new LeaseLock({ name: 'my-service' }),
  leaseDuration: 15,
  log: console,
});

// Every second. `protect`: none begins before the one before has ended; `catch`: what one throws is told.
const job = new Cron('* * * * * *', { protect: true, catch: console.error }, async () => {
  await elector.whileLeading(work);
});

async function work(signal: AbortSignal): Promise<void> {
  for (const customer of ['one', 'another']) {
    if (!elector.hasRight) return;
    await bill(customer, signal);
  }
  console.log(`${elector.identity} works`);
}

async function bill(customer: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await Promise.resolve(customer);
}

// When SIGTERM comes, it ends as soon as the job that runs has ended, and another pod leads at once.
await elector.run(stopping.signal);
job.stop();
