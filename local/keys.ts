/** What a key does. */
export interface Key {
  readonly key: string;
  readonly action: 'delete' | 'crash' | 'freeze' | 'open' | 'help' | 'quit';
  /** In a word or two. */
  readonly label: string;
  /** In a few more. */
  readonly meaning: string;
}

export const keys: readonly Key[] = [
  {
    key: 'd',
    action: 'delete',
    label: 'delete',
    meaning: 'delete the leader’s pod, as kubectl delete pod does',
  },
  {
    key: 'k',
    action: 'crash',
    label: 'crash',
    meaning: 'crash the leader: SIGKILL for its elector and its app',
  },
  {
    key: 'f',
    action: 'freeze',
    label: 'freeze',
    meaning: 'freeze the leader (SIGSTOP); once more: let it go on',
  },
  { key: 'o', action: 'open', label: 'open page', meaning: 'open the page in a browser' },
  { key: 'h', action: 'help', label: 'help', meaning: 'what this is, and commands to try' },
  {
    key: 'q',
    action: 'quit',
    label: 'quit',
    meaning: 'end it, and leave nothing behind; once more: in a hurry',
  },
];

/** The keys on one line: `d delete   k crash`. */
export const keysHelp = keys.map(({ key, label }) => `${key} ${label}`).join('   ');

const ctrlC = '\u0003';

/** Obeys single keys on a terminal, until its process ends. Ctrl-C is `q`. */
export function obeyKeys(act: (action: Key['action']) => void, stdin = process.stdin): void {
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  stdin.on('data', (typed: string) => {
    for (const character of typed) {
      const key = character === ctrlC ? 'q' : character.toLowerCase();
      const found = keys.find((candidate) => candidate.key === key);
      if (found) act(found.action);
    }
  });
}

/** Gives the keyboard back as it was. */
export function releaseKeys(stdin = process.stdin): void {
  if (stdin.isTTY) stdin.setRawMode(false);
  stdin.pause();
}
