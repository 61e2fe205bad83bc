import { readFile } from 'node:fs/promises';

// USER_HZ, which is 100 on every architecture that Node runs on.
const ticksPerSecond = 100;

/** A process's memory, in MB (10⁶ bytes). */
export interface ProcessMemory {
  /** What it has for itself alone and has written: what one more such process costs. */
  readonly privateDirty: number;
  /** What of it is in memory, shared libraries and the program's text included. */
  readonly resident: number;
}

/** The kernel's own sums over a process's mappings. Linux only. */
export async function memoryOf(pid: number): Promise<ProcessMemory> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
  return { privateDirty: megabytes(text, 'Private_Dirty'), resident: megabytes(text, 'Rss') };
}

function megabytes(rollup: string, field: string): number {
  const [, kibibytes] = new RegExp(`^${field}: +(\\d+) kB$`, 'm').exec(rollup) ?? [];
  if (kibibytes === undefined) throw new Error(`smaps_rollup has no ${field}`);
  return (Number(kibibytes) * 1024) / 1e6;
}

/** The CPU time that a process has used since it began, its own and the kernel's for it, in seconds. Linux only. */
export async function cpuSecondsOf(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The second field is the program's name in brackets, with whatever that contains; utime and stime are the 14th and 15th.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}
