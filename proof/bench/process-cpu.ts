import { readFile } from 'node:fs/promises';

// USER_HZ, which is 100 on every architecture that Node runs on.
const ticksPerSecond = 100;

/** The CPU time that a process has used since it began, its own and the kernel's for it, in seconds. Linux only. */
export async function cpuSecondsOf(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The second field is the program's name in brackets, with whatever that contains; utime and stime are the 14th and 15th.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}
