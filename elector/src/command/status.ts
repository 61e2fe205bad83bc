import { systemClock } from '../../../base/clock.ts';
import type { Log } from '../../../base/log.ts';
import type { Command, OptionValues } from '../../../base/options.ts';
import { ObservedLock } from '../election/observed-lock.ts';
import { Reflector } from '../election/reflector.ts';
import type { ResourceLock } from '../election/resource-lock.ts';
import { electionOptions, openLock } from './election-options.ts';
import { leaderLine } from './leader-line.ts';

/** `k8s-leader-elector status` and its options. */
export const statusSubcommand = {
  command: 'k8s-leader-elector status',
  summary: 'Tells who leads an election, whatever its candidates are. It reads the lock, and writes nothing.',
  options: {
    ...electionOptions,
    watch: { form: '--watch', description: 'goes on, with a line for each change, until it is ended' },
  },
} as const satisfies Command;

const requestTimeoutMs = 10_000;
// client-go's: for a record that does not say how long its lease is, and between two reads where watching is forbidden.
const leaseDurationMs = 15_000;
const retryPeriodMs = 2000;

/** Prints who leads; with `watch` again at each change, and then it does not come to an end. @throws Error where the lock cannot be read */
export async function status(
  options: OptionValues<(typeof statusSubcommand)['options']>,
  print: (line: string) => void,
  log: Log,
): Promise<void> {
  const { lock, close } = await openLock(options, requestTimeoutMs);
  try {
    if (options.watch) await watchLeader(lock, print, log);
    else print(leaderLine({ lock: lock.describe(), ...unwatched, object: await lock.get() }, Date.now()));
  } finally {
    close();
  }
}

const unwatched = { vanishedHolder: null, hasExpired: null };

async function watchLeader(lock: ResourceLock, print: (line: string) => void, log: Log): Promise<void> {
  const clock = systemClock;
  let told = '';
  let firstVersion: string | undefined;
  let cancel = () => {};
  const tell = () => {
    const { object, holderName, holderIdentity, hasVanished, nameValidForMs } = observed;
    if (object === undefined) return;
    cancel();
    if (nameValidForMs > 0) cancel = clock.after(nameValidForMs, tell);
    firstVersion ??= object?.resourceVersion ?? '';
    // Who was seen to renew leads, whatever the clocks say.
    const isSeenAlive = firstVersion !== object?.resourceVersion;
    const hasExpired = holderName === '' ? true : isSeenAlive ? false : null;
    const vanishedHolder = hasVanished && holderName !== '' ? holderIdentity : null;
    const line = leaderLine({ lock: lock.describe(), object, vanishedHolder, hasExpired }, clock.wall());
    if (line !== told) print(`${new Date(clock.wall()).toISOString()} ${line}`);
    told = line;
  };
  const observed = new ObservedLock(lock, { clock, leaseDurationMs, retryPeriodMs, onChange: tell });
  await new Reflector(observed, { clock, random: Math.random, log, retryPeriodMs }).run(
    new AbortController().signal,
  );
}
