/* global performance */
// For how long an app may act on what the elector answered. Two clocks, since one alone may hide that time has passed: the monotonic one
// stands still while the machine is suspended, the wall clock may be set back.

const processClock = { monotonic: () => performance.now(), wall: () => Date.now() };

/** The present, to be taken right before the elector is asked: `validForMs` counts from there, not from the answer. */
export function present(clock = processClock) {
  return { monotonic: clock.monotonic(), wall: clock.wall() };
}

/** Whether the answer to what was asked at `askedAt` may be acted upon at this moment. */
export function isValid({ validForMs }, askedAt, clock = processClock) {
  return Math.max(clock.monotonic() - askedAt.monotonic, clock.wall() - askedAt.wall) < validForMs;
}
