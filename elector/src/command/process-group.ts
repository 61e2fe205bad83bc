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
 * Whether any process of a group is seen to run, besides the one that began it. One that has ended and that nobody has asked how (a zombie,
 * which stays where the first process of a container does not ask) does not run. Others may run that /proc hides.
 */
export function seesOthers(group: number): boolean {
  return membersOf(group).some((member) => member.pid !== group && !isZombie(member));
}

/**
 * Whether no process of a group runs any more. The kernel says that there is none, whoever asks; what is left may be zombies, if all that
 * there is can be seen.
 */
export function hasEnded(group: number, proc = '/proc'): boolean {
  if (!exists(group)) return true;
  const members = membersOf(group, proc);
  return members.length > 0 && members.every(isZombie) && !hidesProcesses(proc);
}

function exists(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

interface ProcessEntry {
  readonly pid: number;
  readonly group: number;
  readonly state: string;
  readonly threads: number;
}

/** The state is that of the first thread, which may have ended before others. */
function isZombie({ state, threads }: ProcessEntry): boolean {
  return /^[ZX]/.test(state) && threads <= 1;
}

function membersOf(group: number, proc = '/proc'): ProcessEntry[] {
  const processes = process.platform === 'linux' ? linuxProcesses(proc) : listedProcesses();
  return processes.filter((entry) => entry.group === group);
}

function linuxProcesses(proc: string): ProcessEntry[] {
  return foldersIn(proc).flatMap((pid) => {
    const stat = textIn(`${proc}/${pid}/stat`);
    if (stat === null) return [];
    // proc_pid_stat(5): pid (name) state ppid pgrp …, where the name may have spaces and brackets; the 20th says how many threads.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state = '', , group] = fields;
    return [{ pid: Number(pid), group: Number(group), state, threads: Number(fields[17] ?? 1) }];
  });
}

/** The numbers of the processes that are seen; none in a root folder without /proc. */
function foldersIn(proc: string): string[] {
  try {
    return readdirSync(proc).filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

/** Whether /proc is mounted with `hidepid`, by which it hides the processes of others, and those that have more rights (proc(5)). */
function hidesProcesses(proc: string): boolean {
  if (process.platform !== 'linux') return false;
  const mounts = textIn(`${proc}/self/mounts`);
  return mounts === null || /^\S+ \/proc proc \S*\bhidepid=/m.test(mounts);
}

/** null: the process has ended meanwhile, or is hidden. */
function textIn(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function listedProcesses(): ProcessEntry[] {
  const listing = execFileSync('ps', ['-A', '-o', 'pid=,pgid=,stat='], { encoding: 'utf8' });
  return listing.split('\n').flatMap((line) => {
    const [pid, group, state = ''] = line.trim().split(/\s+/);
    return pid ? [{ pid: Number(pid), group: Number(group), state, threads: 1 }] : [];
  });
}
