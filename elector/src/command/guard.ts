// The guard: a process of its own that starts the command, and ends it where the elector is frozen or gone. It begins the process group in
// which the command runs, so that both know the group from the start, and each can end all of it alone.
import { spawn } from 'node:child_process';
import { machineClock, repeat } from '../../../base/clock.ts';
import type { FromGuard, ToGuard } from './guard-messages.ts';
import { checkPeriodMs, Leash } from './leash.ts';
import { seesOthers, signalGroup } from './process-group.ts';

// These are for the command; the guard gets them too, as part of the group, and goes on.
const groupSignals = ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH'] as const;
for (const signal of groupSignals) process.on(signal, () => undefined);

let leash: Leash | null = null;

process.on('message', (message: ToGuard) => {
  if (message.kind === 'start') start(message);
  else leash?.renew(message.grant);
  tell({ kind: 'granted', grant: message.grant });
});

// The elector is gone.
process.on('disconnect', () => {
  if (leash === null) process.exit();
  leash.end();
});

function start({ command, args, env, grant, limits }: Extract<ToGuard, { kind: 'start' }>): void {
  const held = new Leash(machineClock, limits, grant, (signal) => signalGroup(process.pid, signal));
  leash = held;
  // Where that took too long the elector sees this process end, and nothing has happened.
  if (!held.mayBegin) process.exit();
  let hasExited = false;
  const fail = ({ code = '' }: NodeJS.ErrnoException) => {
    tell({ kind: 'failed', code });
    hasExited = true;
  };
  try {
    const child = spawn(command, args, { env, stdio: 'inherit' });
    child.on('error', fail);
    child.on('exit', (code, signal) => {
      tell({ kind: 'exited', code, signal, wasAsked: held.isEnding });
      hasExited = true;
      endOnceAlone();
    });
  } catch (error) {
    // Of what the system says, Node.js tells some as an event, ENOENT and EACCES among them, and throws the rest.
    fail(error as NodeJS.ErrnoException);
  }
  const endOnceAlone = () => {
    if (!hasExited) return;
    if (seesOthers(process.pid)) held.end();
    // With it goes what /proc may hide; whoever comes next asks the kernel.
    else signalGroup(process.pid, 'SIGKILL');
  };
  repeat(machineClock, checkPeriodMs, () => {
    held.check();
    endOnceAlone();
  });
}

function tell(message: FromGuard): void {
  if (process.connected) process.send?.(message);
}
