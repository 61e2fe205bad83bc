/** Two clocks, in milliseconds. */
interface Clock {
  monotonic(): number;
  wall(): number;
}

/** A moment as both clocks saw it. */
interface Instant {
  readonly monotonic: number;
  readonly wall: number;
}

export function present(clock?: Clock): Instant;
export function isValid(answer: { readonly validForMs: number }, askedAt: Instant, clock?: Clock): boolean;
