import { kindsOf } from '../base/lock-kinds.ts';
import type { Example } from './example.ts';
import { election } from './example.ts';

/** What to type into another terminal, in the order of the experiment: who is there, who leads, delete that one. */
export function nextCommands({ leadership, options }: Example, kubectl: string): string[] {
  return [
    `${kubectl} get pods`,
    `${kubectl} get ${kindsOf(options.config.lock)} ${election} -o json`,
    `${kubectl} delete pod ${leadership.leader ?? 'LEADER'}`,
  ];
}

/** kubectl with a kubeconfig of its own. */
export function kubectlWith(kubeconfig: string): string {
  return `kubectl --kubeconfig ${quoted(kubeconfig)}`;
}

/** A word for the shell. */
export function quoted(word: string): string {
  return /^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
