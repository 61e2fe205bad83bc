import type { ChaosFaultKind } from '../chaos-faults.ts';
import { faultsIn } from '../chaos.ts';
import type { InjectedFault } from '../chaos.ts';
import { shortName } from '../summary.ts';
import type { ChaosOutcome } from '../summary.ts';
import { podLives } from './lanes.ts';
import type { PodLife } from './lanes.ts';
import { gapsBetween } from '../../observation/terms.ts';
import type { Violation } from '../../observation/violations.ts';
import { box, label, lookOf, mark } from './shapes.ts';
import type { Look } from './shapes.ts';
import { Strips } from './strips.ts';
import { style } from './style.ts';

const inset = 3;
const barHeight = 4;
const legendTop = 50;
const legendLeft = 44;
const letterWidth = 5.6;

/** A run of chaos as an SVG: time runs across, minute under minute; a row for each pod, and one for what befell all. */
export function picture(outcome: ChaosOutcome): string {
  const { recording } = outcome;
  const lives = podLives(recording);
  // The first lane is for what befalls all pods.
  const lanes = 1 + Math.max(0, ...lives.map(({ lane }) => lane + 1));
  const strips = new Strips(
    lanes,
    recording.startedAt,
    recording.answers.at(-1)?.heardAt ?? recording.startedAt,
  );
  const body = [
    ...heading(outcome),
    ...axes(strips),
    ...timesWithoutLeader(outcome, strips),
    ...lives.flatMap((life) => drawLife(life, strips)),
    ...drawTerms(outcome, lives, strips),
    ...faultsIn(outcome.rounds).flatMap((fault) => drawFault(fault, lives, strips)),
    ...lives.flatMap((life) => drawName(life, strips)),
    ...outcome.violations.flatMap((violation) => drawViolation(violation, strips)),
  ];
  const { width, height } = strips;
  const size = `viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-labelledby="title">`,
    `<title id="title">${headline(outcome)}</title>`,
    `<style>${style}</style>`,
    box('paper', 0, 0, width, height),
    ...body,
    '</svg>\n',
  ].join('\n');
}

function headline({ rounds, terms, violations }: ChaosOutcome): string {
  const overlaps = violations.filter(({ invariant }) => invariant === 'one leader').length;
  return `${faultsIn(rounds).length} faults, ${terms.length} terms, ${overlaps} ${overlaps === 1 ? 'overlap' : 'overlaps'}`;
}

function heading(outcome: ChaosOutcome): string[] {
  const bars = [
    { className: 'leads', text: 'leads' },
    { className: 'alive', text: 'elector answers' },
    { className: 'nobody', text: 'nobody leads' },
    { className: 'frozen', text: 'frozen' },
    { className: 'cut', text: 'cut off from the API server' },
    { className: 'slow', text: 'API server slow' },
  ];
  const marks: { kind: ChaosFaultKind; text: string }[] = [
    { kind: 'elector killed', text: 'killed' },
    { kind: 'pod deleted', text: 'pod deleted' },
    { kind: 'lock deleted', text: 'lock or record deleted' },
  ];
  const samples = [
    ...bars.map(({ className, text }) => ({
      text,
      draw: (x: number) => box(className, x, legendTop, 14, 10),
    })),
    ...marks.map(({ kind, text }) => ({
      text,
      draw: (x: number) => mark(lookOf(kind), x + 8, legendTop + 5, 12),
    })),
  ];
  let x = legendLeft;
  const legend = samples.flatMap(({ text, draw }) => {
    const drawn = [draw(x), label('faint', x + 20, legendTop + 9, text)];
    x += 46 + text.length * letterWidth;
    return drawn;
  });
  return [label('title', legendLeft, 28, headline(outcome)), ...legend];
}

function axes(strips: Strips): string[] {
  return Array.from({ length: strips.count }, (_, strip) => {
    const bottom = strips.laneTop(strip, strips.lanes);
    const ticks = strips
      .ticks(strip)
      .flatMap(({ second, x }) => [
        `<path class="tick" d="M${x} ${strips.laneTop(strip, 1)}V${bottom + 3}"/>`,
        ...(second % 10 === 0 ? [label('faint', x, bottom + 14, clockTime(second), 'middle')] : []),
      ]);
    return [label('faint', 38, strips.laneTop(strip, 0) + 14, 'all', 'end'), ...ticks];
  }).flat();
}

function clockTime(second: number): string {
  return `${Math.floor(second / 60)}:${String(second % 60).padStart(2, '0')}`;
}

function timesWithoutLeader({ terms }: ChaosOutcome, strips: Strips): string[] {
  const height = (strips.lanes - 1) * strips.laneHeight;
  return gapsBetween(terms)
    .flatMap(({ from, to }) => strips.pieces(from, to))
    .map(({ strip, x, width }) => box('nobody', x, strips.laneTop(strip, 1), width, height));
}

function drawLife({ pod, lane, heard }: PodLife, strips: Strips): string[] {
  return heard.flatMap(({ from, to }) => drawSpan('alive', lane, from, to, strips, pod));
}

function drawTerms({ terms }: ChaosOutcome, lives: readonly PodLife[], strips: Strips): string[] {
  return terms.flatMap(({ pod, fencingToken, begunBy, lastedUntil }) => {
    const lane = laneOf(pod, lives);
    return drawSpan(
      'leads',
      lane,
      begunBy,
      lastedUntil,
      strips,
      `${pod} leads, fencing token ${fencingToken}`,
    );
  });
}

function drawSpan(
  className: string,
  lane: number,
  from: number,
  to: number,
  strips: Strips,
  title: string,
): string[] {
  const height = strips.laneHeight - 2 * inset;
  return strips
    .pieces(from, to)
    .map(({ strip, x, width }) =>
      box(className, x, strips.laneTop(strip, lane + 1) + inset, Math.max(width, 0.5), height, title),
    );
}

function drawFault(
  { kind, pod, beganAt, endedAt }: InjectedFault,
  lives: readonly PodLife[],
  strips: Strips,
): string[] {
  const look = lookOf(kind);
  const lane = pod === null ? 0 : laneOf(pod, lives) + 1;
  const title = pod === null ? kind : `${kind}: ${pod}`;
  if (look.shape !== 'bar') {
    const isThrough = look.shape === 'line';
    return strips.pieces(beganAt, beganAt).map(({ strip, x }) => {
      const height = strips.laneHeight * (isThrough ? strips.lanes : 1);
      return mark(look, x, strips.laneTop(strip, lane) + height / 2, height, title);
    });
  }
  return strips.pieces(beganAt, endedAt).map(({ strip, x, width }) => {
    const y = strips.laneTop(strip, lane) + (strips.laneHeight - barHeight) / 2;
    return box(look.className, x, y, Math.max(width, 1), barHeight, title);
  });
}

/** Where the pod begins to be heard, and again in each strip. */
function drawName({ pod, lane, from, to }: PodLife, strips: Strips): string[] {
  return strips
    .pieces(from, to)
    .map(({ strip, x }) => label('pod', x + 3, strips.laneTop(strip, lane + 1) + 13, shortName(pod)));
}

function drawViolation({ at, invariant, what }: Violation, strips: Strips): string[] {
  const height = strips.laneHeight * strips.lanes;
  const look: Look = { shape: 'line', className: 'mark violation' };
  return strips
    .pieces(at, at)
    .map(({ strip, x }) => mark(look, x, strips.top(strip) + height / 2, height, `${invariant}: ${what}`));
}

function laneOf(pod: string, lives: readonly PodLife[]): number {
  return lives.find((life) => life.pod === pod)?.lane ?? 0;
}
