import type { KubernetesObject } from '../cluster/index.ts';
import type { Paint, Style } from './colours.ts';
import type { Example } from './example.ts';
import { keys, keysHelp } from './keys.ts';
import { kubectlWith, nextCommands } from './next-commands.ts';
import { objectPath } from './object-path.ts';
import type { Presenter } from './presenter.ts';
import { printable } from './printable.ts';
import type { StoryEntry } from './story/entries.ts';
import { fullName, sentence, type Naming } from './story/words.ts';

const labelWidth = 9;

/** Tells what happens to the example line by line, as it happens. */
export class Narrator implements Presenter {
  readonly #write: (line: string) => void;
  readonly #paint: Paint;
  readonly #hasKeys: boolean;
  #endStory: () => void = () => {};

  constructor(write: (line: string) => void, paint: Paint, hasKeys: boolean) {
    this.#write = write;
    this.#paint = paint;
    this.#hasKeys = hasKeys;
  }

  made(object: KubernetesObject): void {
    this.#say('created', 'green', objectPath(object));
  }

  deleted(object: KubernetesObject): void {
    this.#say('deleted', 'dim', objectPath(object));
  }

  follow({ leadership }: Example): void {
    for (const entry of leadership.story.entries) this.entry(entry);
    this.#endStory = leadership.onEntry((entry) => this.entry(entry));
  }

  ready(example: Example): void {
    const lines = [
      '',
      `  Page        ${this.#paint('bold', example.url)}`,
      `  Kubeconfig  ${example.kubeconfigPath}`,
      '',
      ...this.#commands(example),
      '',
      `  ${this.#paint('dim', this.#hasKeys ? keysHelp : 'Ctrl-C ends it.')}`,
      '',
    ];
    for (const line of lines) this.#write(line);
  }

  help(example: Example): void {
    for (const { key, meaning } of keys) this.#write(`  ${key}  ${meaning}`);
    for (const command of this.#commands(example)) this.#write(command);
  }

  leave(): void {
    this.#endStory();
    this.#write('');
  }

  #commands(example: Example): string[] {
    return nextCommands(example, kubectlWith(example.kubeconfigPath)).map(
      (command) => `  ${this.#paint('cyan', command)}`,
    );
  }

  /** A line of the story. */
  entry(entry: StoryEntry, name: Naming = fullName): void {
    const [label, style] = labels[entry.kind];
    this.#say(label, style, sentence(entry, name), new Date(entry.at.wall));
  }

  /** One line: the time, what kind of thing happened, and what. */
  #say(label: string, style: Style, text: string, time = new Date()): void {
    const shown = `${this.#paint('dim', time.toTimeString().slice(0, 8))}  ${this.#paint(style, label.padEnd(labelWidth))}`;
    this.#write(shown + printable(text));
  }
}

const labels: Readonly<Record<StoryEntry['kind'], readonly [label: string, style: Style]>> = {
  leads: ['leader', 'yellow'],
  pod: ['pod', 'dim'],
  deleted: ['event', 'cyan'],
  crashed: ['event', 'cyan'],
  frozen: ['event', 'cyan'],
  thawed: ['event', 'cyan'],
  'killed frozen': ['event', 'cyan'],
  'lock deleted': ['event', 'cyan'],
  answered: ['answer', 'cyan'],
  note: ['note', 'cyan'],
};
