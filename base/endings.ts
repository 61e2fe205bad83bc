const lookMs = 250;
// Of one Ctrl-C this process hears twice: from the terminal, and from the npm that started it.
const echoMs = 500;

/**
 * Calls back when this process shall end: on Ctrl-C, SIGTERM, when its terminal is closed, when nobody reads any more what it writes, or
 * when the npm that started it is gone, which tells nobody when it is killed. Resolves when that is asked for again, by somebody in a hurry.
 */
export function onEnding(end: () => void): Promise<void> {
  onNpmGone(end);
  process.stdout.on('error', end);
  return new Promise((resolve) => {
    let askedAt: number | null = null;
    const onSignal = () => {
      if (askedAt !== null && performance.now() - askedAt > echoMs) resolve();
      if (askedAt !== null) return;
      askedAt = performance.now();
      end();
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  });
}

/** Calls back, again and again, once the npm that started this process is gone; never where none did. Returns what ends that. */
export function onNpmGone(end: () => void): () => void {
  if (process.env['npm_lifecycle_event'] === undefined) return () => undefined;
  const npm = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid !== npm) end();
  }, lookMs).unref();
  return () => clearInterval(timer);
}
