import type { Example } from './example.ts';
import type { Narrator } from './narrator.ts';

/** What the keys do, as a line for people. */
export const keysHelp =
  'd  delete the leader’s pod   k  crash it (SIGKILL)   f  freeze it, then thaw it   q  quit';

const ctrlC = '\u0003';

/** Obeys single keys on a terminal, until its process ends. `quit` is called for `q` and Ctrl-C. */
export function obeyKeys(example: Example, narrator: Narrator, quit: () => void): void {
  const { stdin } = process;
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  stdin.on('data', (keys: string) => {
    for (const key of keys) {
      if (key === 'q' || key === ctrlC) quit();
      else obey(key, example, narrator);
    }
  });
}

/** Gives the terminal back as it was. */
export function releaseKeys(): void {
  if (process.stdin.isTTY) process.stdin.setRawMode(false);
  process.stdin.pause();
}

function obey(key: string, { faults }: Example, narrator: Narrator): void {
  const act = (what: string, run: () => string | null) => {
    narrator.say('key', 'cyan', `${key}: ${what}`);
    if (run() === null) narrator.say('key', 'cyan', 'nobody leads right now');
  };
  if (key === 'd') act('delete the leader’s pod', () => faults.delete());
  else if (key === 'k') act('crash the leader', () => faults.crash());
  else if (key === 'f' && faults.frozen === null) act('freeze the leader', () => faults.freeze());
  else if (key === 'f') act(`thaw ${faults.frozen ?? ''}`, () => faults.thaw());
}
