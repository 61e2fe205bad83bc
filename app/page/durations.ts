/** How long something took, such as `0.13 s`, `4.2 s`, `12 s`. */
export function precise(ms: number): string {
  const seconds = ms / 1000;
  return `${seconds.toFixed(seconds < 1 ? 2 : seconds < 10 ? 1 : 0)} s`;
}

/** How long something has been so, in whole units: `7 s`, `3 min`, `5 h`, `2 d`. */
export function rough(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} d`;
}

/** How long something still takes, in whole seconds, rounded up: `4 s`. */
export function remaining(ms: number): string {
  return `${Math.ceil(Math.max(0, ms) / 1000)} s`;
}
