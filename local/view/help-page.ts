import { keys } from '../keys.ts';
import { blank, line, wrap, type Line } from './line.ts';

const explanation = [
  'The pods are alike, each an app and an elector, which stands for election for it. One at a time may act: the leader. Its name is in the lock, ' +
    'an object of the Kubernetes API, and it renews that every few seconds. LEASE is how long the others wait unless it does; TERM counts how ' +
    'often the lock went to another; RESTARTS counts containers, as kubectl does: one crash of a pod is two.',
  'A leader that is told to stop releases the lock, and another leads at once. One that crashes or freezes says nothing, and nobody can tell ' +
    'it from a slow one: so the others wait until its lease has run out, and there are never two.',
];

/** What this is, what the keys do, and what to try in another terminal. */
export function helpPage(commands: readonly string[], width: number): Line[] {
  return [
    ...explanation.flatMap((paragraph) => [...wrap(paragraph, width).map((text) => line(text)), blank]),
    ...keys.map(({ key, meaning }): Line => [{ text: `${key}  `, style: 'bold' }, { text: meaning }]),
    blank,
    line('In another terminal:', 'dim'),
    ...commands.map((command) => line(command, 'cyan')),
    blank,
    line('h: back', 'dim'),
  ];
}
