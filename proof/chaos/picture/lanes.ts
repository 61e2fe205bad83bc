import type { Recording } from '../../observation/recording.ts';

/** The time in which a pod's elector was heard. */
export interface PodLife {
  readonly pod: string;
  /** The row that it has, as the successor of the pod that had it before. */
  readonly lane: number;
  readonly from: number;
  readonly to: number;
  /** The times in which it answered without a pause. */
  readonly heard: readonly { readonly from: number; readonly to: number }[];
}

const pauseMs = 300;

/** The pods of a recording, each in a lane of its own while it lives: a new one takes over the lane of one that was deleted. */
export function podLives({ answers, appEnds }: Pick<Recording, 'answers' | 'appEnds'>): PodLife[] {
  const times = new Map<string, number[]>();
  for (const { pod, heardAt } of answers) {
    const known = times.get(pod) ?? [];
    known.push(heardAt);
    times.set(pod, known);
  }
  const freeFrom: number[] = [];
  return [...times]
    .map(([pod, heardAt]) => ({ pod, heard: spans(heardAt) }))
    .map(({ pod, heard }) => ({ pod, heard, from: heard[0]?.from ?? 0, to: heard.at(-1)?.to ?? 0 }))
    .sort((one, other) => one.from - other.from)
    .map((life) => {
      const deletion = appEnds.find(({ pod, forGood }) => pod === life.pod && forGood);
      const free = freeFrom.findIndex((time) => time <= life.from);
      const lane = free === -1 ? freeFrom.length : free;
      freeFrom[lane] = deletion?.at ?? life.to;
      return { ...life, lane };
    });
}

function spans(times: readonly number[]): { from: number; to: number }[] {
  const found: { from: number; to: number }[] = [];
  for (const time of times) {
    const last = found.at(-1);
    if (last !== undefined && time - last.to <= pauseMs) last.to = time;
    else found.push({ from: time, to: time });
  }
  return found;
}
