/** Starts to measure; returns how many milliseconds have passed since. By both clocks, since one of them stands still while the machine sleeps. */
export function stopwatch(): () => number {
  const [monotonic, wall] = [performance.now(), Date.now()];
  return () => Math.max(performance.now() - monotonic, Date.now() - wall);
}
