import type { Style } from '../colours.ts';
import { shortName } from '../story/words.ts';
import { leaseLeftMs, type PodInStory, type Story } from '../story/story.ts';
import { durationInWords } from './duration-in-words.ts';
import { leaseBar } from './lease-bar.ts';
import { cell, line, type Line } from './line.ts';
import type { Size } from './size.ts';

/** A row of the table: a pod, or a holder of the lock of whom no pod is known. */
interface Row {
  readonly name: string;
  readonly role: string;
  readonly style: Style | undefined;
  /** Since when, on the monotonic clock. */
  readonly since: number;
  readonly restarts: number;
}

interface Column {
  readonly title: string;
  readonly width: number;
  readonly align: 'left' | 'right';
  /** On a narrow screen the columns with the lowest weight go first. */
  readonly weight: number;
  cell(row: Row, story: Story, now: number): string;
}

const longestName = 14;
const shortestName = 5;
const narrowestBar = 18;
const widestBar = 32;

const columns = (rows: readonly Row[]): readonly Column[] => [
  {
    title: 'POD',
    width: nameWidth(rows) + gap.length,
    align: 'left',
    weight: 4,
    cell: ({ name }) => shortName(name),
  },
  { title: 'ROLE', width: 16, align: 'left', weight: 4, cell: ({ role }) => role },
  {
    title: 'SINCE',
    width: 8,
    align: 'right',
    weight: 3,
    cell: ({ since }, _, now) => durationInWords(now - since),
  },
  {
    title: 'TERM',
    width: 6,
    align: 'right',
    weight: 2,
    cell: ({ name }, { lock }) => (name === lock?.holder ? String(lock.transitions) : ''),
  },
  {
    title: 'RESTARTS',
    width: 10,
    align: 'right',
    weight: 1,
    cell: ({ restarts }) => String(restarts),
  },
];

const mark = '▶ ';
const margin = '  ';
const gap = '  ';

/**
 * The pods at the moment `now` of the monotonic clock, and the leader's lease beside it, in at most so many lines and columns. Each pod keeps
 * its line, whoever leads.
 */
export function podTable(story: Story, now: number, { width, height }: Size): Line[] {
  const holder = story.lock?.holder ?? '';
  const all = rowsOf(story, holder);
  const fits = all.length < height;
  const rows = fitting(all, fits ? height - 1 : height - 2, holder);
  const shown = columnsFor(rows, width);
  const lines = rows.map((row) => rowLine(row, shown, story, now, width));
  const title = shown.map((column) => cell(column.title, column.width, column.align)).join('');
  const more = fits ? [] : [line(`${margin}and ${all.length - rows.length} more`, 'dim')];
  return [line(`${margin}${title}${gap}LEASE`, 'dim'), ...lines, ...more];
}

function rowLine(row: Row, shown: readonly Column[], story: Story, now: number, width: number): Line {
  const cells = shown
    .map((column) => cell(column.cell(row, story, now), column.width, column.align))
    .join('');
  const { lock } = story;
  if (lock === null || row.name !== lock.holder) return line(`${margin}${cells}`, row.style);
  const barWidth = Math.min(widestBar, width - widthOf(shown) - gap.length);
  return [
    ...line(`${mark}${cells}${gap}`, row.style),
    ...leaseBar(leaseLeftMs(lock, now), lock.leaseMs, barWidth),
  ];
}

/** As many rows as fit; that of the holder is among them. */
function fitting(rows: readonly Row[], height: number, holder: string): readonly Row[] {
  if (rows.length <= height) return rows;
  const first = rows.slice(0, Math.max(0, height));
  const held = rows.find(({ name }) => name === holder);
  return held === undefined || first.includes(held) ? first : [...first.slice(0, -1), held];
}

function nameWidth(rows: readonly Row[]): number {
  const longest = Math.max(shortestName, ...rows.map(({ name }) => shortName(name).length));
  return Math.min(longest, longestName);
}

function columnsFor(rows: readonly Row[], width: number): readonly Column[] {
  let shown = columns(rows);
  while (shown.length > 2 && widthOf(shown) + gap.length + narrowestBar > width) {
    const lightest = Math.min(...shown.map(({ weight }) => weight));
    shown = shown.filter(({ weight }) => weight > lightest);
  }
  return shown;
}

function widthOf(shown: readonly Column[]): number {
  return shown.reduce((sum, { width }) => sum + width, margin.length);
}

function rowsOf(story: Story, holder: string): Row[] {
  const rows = [...story.pods.values()].map((pod) => podRow(pod, story));
  if (holder === '' || story.pods.has(holder)) return rows;
  return [
    ...rows,
    { name: holder, role: 'leader, gone', style: 'red', since: story.leadsSince, restarts: 0 },
  ];
}

function podRow(pod: PodInStory, story: Story): Row {
  const { name, restarts } = pod;
  const { frozen, lock } = story;
  const holds = name === lock?.holder;
  const since = frozen?.pod === name ? frozen.since : holds ? story.leadsSince : pod.since;
  const state = stateOf(pod, story);
  const role = holds ? ['leader', ...(state === 'standby' ? [] : [state])].join(', ') : state;
  return { name, role, style: holds && state === 'standby' ? 'green' : styles[state], since, restarts };
}

/** What a pod does that does not lead. */
function stateOf({ name, condition }: PodInStory, { frozen, lock, trouble }: Story): string {
  if (frozen?.pod === name) return 'frozen';
  if (condition === 'Terminating') return 'ending';
  const crashed = name === lock?.holder && trouble?.what === 'crashed' && !trouble.isOver;
  if (crashed) return 'crashed';
  return condition === 'ready' ? 'standby' : condition;
}

const styles: Readonly<Record<string, Style | undefined>> = {
  standby: undefined,
  frozen: 'cyan',
  ending: 'dim',
  starting: 'dim',
  crashed: 'red',
};
