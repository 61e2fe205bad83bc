import type { Handover } from './handovers.ts';
import { remaining } from './durations.ts';
import type { PodReport } from './message.ts';
import type { PageView } from './page-view.ts';
import { shortName } from './pod-name.ts';
import { leaseLeftMs, podsNow, sceneOf, type Scene } from './scene.ts';
import { fill, type Markup } from './template.ts';
import { connectionLine } from './words/connection-line.ts';
import { handoverRow } from './words/handover-row.ts';
import { headline } from './words/headline.ts';
import { nextCommand } from './words/next-command.ts';
import { isGone, podCard } from './words/pod-card.ts';
import { seedLines } from './words/seed-lines.ts';

/** The HTML files that the page's content is put together from. */
export interface Templates {
  readonly content: string;
  readonly pod: string;
  readonly handover: string;
}

// Long enough to be seen going.
const goneShownMs = 10_000;

/** The page's content, in the server and in the browser alike, and the title that goes with it. */
export function render(
  view: PageView,
  templates: Templates,
): { readonly title: string; readonly content: Markup } {
  const { message, sinceMs, handovers, connection, copyResult } = view;
  const scene = sceneOf(view);
  const { title, verdict, meaning } = headline(scene, view);
  const lines = seedLines(message, connection.kind === 'lost' ? 0 : sinceMs);
  const content = fill(templates.content, {
    scene: scene.kind,
    connection: connection.kind,
    connectionLine: connectionLine(connection, message.pod),
    headline: verdict,
    meaning,
    ...facts(view),
    ...lease(view, scene),
    pods: pods(view, scene, templates.pod),
    ...nextCommand(scene, view),
    copyResult: {
      none: '',
      copied: 'Copied.',
      refused: 'The browser refused: select it, and copy it by hand.',
    }[copyResult],
    ...lines,
    ...history(handovers, message.time + sinceMs, templates.handover),
  });
  return { title: `${title} · Leader election`, content };
}

function facts({ message: { leaderTransitions, election, fencingToken } }: PageView) {
  const others = election.state === 'following' ? 'only the leader knows it' : '–';
  return { term: leaderTransitions ?? '–', token: fencingToken ?? others };
}

function lease(view: PageView, scene: Scene) {
  const { leaseMs } = view.message;
  const leftMs = leaseLeftMs(view);
  const unknown = scene.kind === 'nobody' ? 'nobody holds it' : 'not known';
  return {
    leaseMs,
    leaseLeftMs: Math.round(Math.min(leftMs ?? 0, leaseMs)),
    leaseLine:
      leftMs === null
        ? unknown
        : leftMs === 0
          ? 'has run out'
          : `${remaining(leftMs)} left of ${remaining(leaseMs)}`,
  };
}

function pods(view: PageView, scene: Scene, template: string): Markup[] {
  const { message, sinceMs, handovers } = view;
  const past = { handovers: handovers ?? [], nowMs: message.time + sinceMs };
  const isShown = (pod: PodReport) => pod.silentMs < goneShownMs || !isGone(pod, past);
  return podsNow(view)
    .filter(isShown)
    .map((pod) =>
      fill(template, {
        ...podCard(pod, scene, past),
        name: pod.name,
        shortName: shortName(pod.name),
        ip: pod.ip,
        origin: pod.name === message.pod ? 'this page’s pod' : '',
      }),
    );
}

function history(handovers: readonly Handover[] | null, nowMs: number, template: string) {
  const rows = (handovers ?? []).map((handover) =>
    fill(template, { key: `${handover.at} ${handover.to}`, ...handoverRow(handover, nowMs) }),
  );
  const none =
    handovers === null
      ? 'This elector tells nothing of earlier leaders.'
      : 'No change has been seen yet. Make one: see “Try it”.';
  return { handovers: rows, noHandovers: rows.length === 0 ? none : '' };
}
