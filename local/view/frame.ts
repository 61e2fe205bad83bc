import type { StoryEntry } from '../story/entries.ts';
import { sentence, shortName } from '../story/words.ts';
import type { Story } from '../story/story.ts';
import { helpPage } from './help-page.ts';
import { keysLine } from './keys-line.ts';
import { blank, cut, line, wrap, type Line } from './line.ts';
import { podTable } from './pod-table.ts';
import { present } from './present.ts';
import type { Size } from './size.ts';

/** What the live view shows. */
export interface ViewState {
  readonly story: Story;
  /** What is awaited before anybody leads; null: nothing besides that. */
  readonly awaited: string | null;
  /** The page's address, once it is known. */
  readonly url: string | null;
  readonly kubeconfig: string;
  /** How many pods there should be. */
  readonly replicas: number;
  /** kubectl commands to try. */
  readonly commands: readonly string[];
  /** Whether there is a keyboard. */
  readonly hasKeys: boolean;
  readonly isHelpShown: boolean;
}

/** More than this is not needed, and no terminal is expected to have more. */
const largest: Size = { width: 80, height: 24 };

/**
 * The screen as it is at the moment `now` of the monotonic clock: at most 80 characters wide and 24 lines high, and never more than the terminal has. What
 * does not fit is left out, the least telling first.
 */
export function frame(state: ViewState, terminal: Size, now: number): readonly Line[] {
  const width = Math.min(terminal.width, largest.width);
  const height = Math.min(terminal.height, largest.height);
  const lines = state.isHelpShown
    ? helpPage(state.commands, width)
    : storyPage(state, { width, height }, now);
  return lines.slice(0, height).map((spans) => cut(spans, width));
}

function storyPage(state: ViewState, { width, height }: Size, now: number): Line[] {
  const { story, replicas } = state;
  const isRoomy = height >= 20;
  const spacer = isRoomy ? [blank] : [];
  const head = headLines(state, height);
  const situation = situationLines(state, width, now);
  const foot = keysLine(state.hasKeys, story.frozen !== null, width);
  const fixed = head.length + situation.length + 1 + spacer.length * 3;
  // While a pod is replaced there is one more than there should be: its line is there all the time, so that nothing jumps.
  const tableHeight = Math.min(
    Math.max(replicas + 1, story.pods.size) + 1,
    Math.ceil((height - fixed) * 0.6),
  );
  const table = tableHeight < 2 ? [] : podTable(story, now, { width, height: tableHeight });
  const happened = height - fixed - Math.max(0, tableHeight);
  return [
    ...head,
    ...filled(table, tableHeight),
    ...spacer,
    ...situation,
    ...spacer,
    ...filled(happenedLines(story.entries, { width, height: happened }), happened),
    ...spacer,
    foot,
  ];
}

function headLines({ url, kubeconfig, replicas }: ViewState, height: number): Line[] {
  const title = line(
    `Leader election: of ${replicas} pods one leads (▶). Take it away, and see what happens.`,
    'bold',
  );
  const words = line(
    'Pods run one app. While the LEASE runs, no other may lead. TERM: changes so far.',
    'dim',
  );
  const page: Line = [
    { text: 'Page        ', style: 'dim' },
    { text: url ?? '…', style: 'bold' },
  ];
  const config: Line = [{ text: 'Kubeconfig  ', style: 'dim' }, { text: kubeconfig }];
  if (height >= 20) return [title, words, page, config, blank];
  return height >= 12 ? [page] : [];
}

/** How things are; always as many lines, so that nothing jumps. */
function situationLines({ story, awaited }: ViewState, width: number, now: number): Line[] {
  const label = 'NOW  ';
  const height = width >= 70 ? 2 : 3;
  const text = story.leader === null && awaited !== null ? awaited : present(story, now);
  const lines = wrap(text, Math.max(10, width - label.length));
  const shown = lines.slice(0, height);
  return filled(
    shown.map((text, index) => [
      { text: index === 0 ? label : ' '.repeat(label.length), style: 'bold' },
      { text },
      ...line(index === height - 1 && lines.length > height ? ' …' : ''),
    ]),
    height,
  );
}

/** The last that happened, as far as it fits; the latest last. */
function happenedLines(entries: readonly StoryEntry[], { width, height }: Size): Line[] {
  let lines: Line[] = [];
  for (const entry of entries.toReversed()) {
    if (entry.kind === 'pod') continue;
    const more = entryLines(entry, width);
    if (more.length + lines.length > height) break;
    lines = [...more, ...lines];
  }
  return lines;
}

function entryLines(entry: StoryEntry, width: number): Line[] {
  const time = `${new Date(entry.at.wall).toTimeString().slice(0, 8)}  `;
  const isTerm = entry.kind === 'leads';
  return wrap(sentence(entry, shortName), Math.max(10, width - time.length)).map((text, index) => [
    { text: index === 0 ? time : ' '.repeat(time.length), style: 'dim' },
    ...line(text, isTerm ? 'green' : undefined),
  ]);
}

/** Exactly so many lines. */
function filled(lines: readonly Line[], height: number): Line[] {
  const missing = Math.max(0, height - lines.length);
  return [...lines.slice(0, Math.max(0, height)), ...Array.from({ length: missing }, () => blank)];
}
