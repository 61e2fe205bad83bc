import { onNpmGone } from '../../../base/endings.ts';

/** What this process does when it gets a signal. */
export interface SignalTarget {
  /** It is to end; the command, if there is one, gets the same signal. */
  end(signal: NodeJS.Signals): void;
  /** It was to end a while ago, and somebody is in a hurry. */
  kill(): void;
  /** The command, if there is one, is to have it. Returns whether there is one. */
  forward(signal: NodeJS.Signals): boolean;
}

const ending = ['SIGTERM', 'SIGINT', 'SIGQUIT'] as const;
const forwarded = ['SIGUSR1', 'SIGUSR2', 'SIGWINCH'] as const;
// Of one Ctrl-C this process may hear twice: from the terminal, and from the npm that started it.
const echoMs = 500;

/** Listens to the signals that this process gets. Returns what ends that. */
export function onSignals(target: SignalTarget): () => void {
  let endedAt: number | null = null;
  const onEnd = (signal: NodeJS.Signals) => {
    if (endedAt === null) target.end(signal);
    else if (performance.now() - endedAt > echoMs) target.kill();
    endedAt ??= performance.now();
  };
  const onForwarded = (signal: NodeJS.Signals) => void target.forward(signal);
  // For a daemon it means that its configuration has changed; for whoever waits at a terminal, that this is gone.
  const onHangup = (signal: NodeJS.Signals) => {
    if (!target.forward(signal)) onEnd(signal);
  };
  for (const signal of ending) process.on(signal, onEnd);
  for (const signal of forwarded) process.on(signal, onForwarded);
  process.on('SIGHUP', onHangup);
  // The shell between npm and this process dies of the signal that npm hands on.
  const stopWatching = onNpmGone(() => {
    if (endedAt === null) onEnd('SIGTERM');
  });
  return () => {
    stopWatching();
    for (const signal of ending) process.off(signal, onEnd);
    for (const signal of forwarded) process.off(signal, onForwarded);
    process.off('SIGHUP', onHangup);
  };
}
