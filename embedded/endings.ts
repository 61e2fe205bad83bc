const lookMs = 250;

/**
 * Calls back once this process shall end: on Ctrl-C, SIGTERM, when its terminal is closed, or when the npm that started it is gone,
 * which tells nobody when it is killed.
 */
export function onEnding(end: () => void): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const npm = process.ppid;
  setInterval(() => {
    if (process.ppid !== npm) end();
  }, lookMs).unref();
}
