import { FakeClock, settle } from '../../../../base/testing/fake-clock.ts';
import { ObservedLock } from '../../../src/election/observed-lock.ts';
import { Reflector } from '../../../src/election/reflector.ts';
import type { LockObject } from '../../../src/election/resource-lock.ts';
import { lease, retryPeriod } from '../candidate.ts';
import { FaultyLock } from '../faulty-lock.ts';
import { LockStore } from '../../../src/testing/lock-store.ts';

/** A lock, what is seen of it, and a reflector that shows it. */
interface ReflectedLock {
  readonly store: LockStore;
  readonly clock: FakeClock;
  readonly lock: FaultyLock;
  readonly observed: ObservedLock;
  /** What the reflector logged. */
  readonly said: string[];
  /** The holder renews, as seen by the store alone. */
  readonly renew: () => LockObject;
  /** Lets the reflector run. */
  readonly reflect: () => Promise<void>;
  readonly stop: () => void;
  readonly hasEnded: () => boolean;
}

/** There is no lock yet, and the reflector does not run. */
export function newReflectedLock(): ReflectedLock {
  const store = new LockStore();
  const clock = new FakeClock();
  const lock = new FaultyLock(store);
  const observed = new ObservedLock(lock, {
    clock,
    leaseDurationMs: lease,
    retryPeriodMs: retryPeriod,
    onChange: () => {},
  });
  const said: string[] = [];
  const say = (message: string) => said.push(message);
  const log = { info: say, warn: say, error: say };
  const reflector = new Reflector(observed, { clock, random: () => 1, log, retryPeriodMs: retryPeriod });
  const stopping = new AbortController();
  let hasEnded = false;
  return {
    store,
    clock,
    lock,
    observed,
    said,
    renew: () => store.setRecord({ holderIdentity: 'other', leaseDurationSeconds: 15 }),
    reflect: async () => {
      void reflector.run(stopping.signal).then(() => (hasEnded = true));
      await settle();
    },
    stop: () => stopping.abort(),
    hasEnded: () => hasEnded,
  };
}
