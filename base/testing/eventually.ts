import { setTimeout as sleep } from 'node:timers/promises';

// For states that no event tells of. Far longer than any of them takes: it only bounds how long a broken one is waited for.
const longestWaitMs = 50_000;
const pollMs = 10;

/** Asks `probe` until it answers with something other than false, null or undefined, and resolves with that. */
export async function eventually<T>(
  awaited: string,
  probe: () => T | Promise<T>,
): Promise<Exclude<T, false | null | undefined>> {
  const deadline = performance.now() + longestWaitMs;
  while (performance.now() < deadline) {
    const found = await probe();
    if (found !== false && found !== null && found !== undefined) {
      return found as Exclude<T, false | null | undefined>;
    }
    await sleep(pollMs);
  }
  throw new Error(`waited ${longestWaitMs / 1000} s in vain for: ${awaited}`);
}
