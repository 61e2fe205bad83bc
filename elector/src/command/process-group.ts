import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/**
 * Sends a signal to all processes of a group, which bears the number of the process that began it: to those that are left, and that are
 * this user's.
 */
export function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}

/**
 * Whether any process of a group still runs, besides the one that began it. One that has ended and that nobody has asked how (a zombie,
 * which stays where the first process of a container does not ask) does not run.
 */
export function hasOthers(group: number): boolean {
  return processes().some(
    ({ pid, group: own, state }) => own === group && pid !== group && !/^[ZX]/.test(state),
  );
}

interface ProcessEntry {
  readonly pid: number;
  readonly group: number;
  readonly state: string;
}

function processes(): ProcessEntry[] {
  return process.platform === 'linux' ? linuxProcesses() : listedProcesses();
}

function linuxProcesses(): ProcessEntry[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const stat = statOf(pid);
      if (stat === null) return [];
      // proc_pid_stat(5): pid (name) state ppid pgrp …, where the name may have spaces and brackets.
      const [state = '', , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return [{ pid: Number(pid), group: Number(group), state }];
    });
}

/** null: it has ended meanwhile. */
function statOf(pid: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return null;
  }
}

function listedProcesses(): ProcessEntry[] {
  const listing = execFileSync('ps', ['-A', '-o', 'pid=,pgid=,stat='], { encoding: 'utf8' });
  return listing.split('\n').flatMap((line) => {
    const [pid, group, state = ''] = line.trim().split(/\s+/);
    return pid ? [{ pid: Number(pid), group: Number(group), state }] : [];
  });
}
