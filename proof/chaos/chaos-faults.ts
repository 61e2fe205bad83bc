/** What a fault befalls, and what follows from it for others at the same time. */
interface ChaosFaultTraits {
  readonly befalls: 'a pod' | 'all';
  /** Whether it lasts until it is ended; else it is over as soon as it has happened. */
  readonly lasts: boolean;
  /**
   * `newcomer`: a process begins that has never seen the lock. `no lock`: the lock, or its record, is gone. Both at once is
   * what docs/safety.md does not promise, so it is not done.
   */
  readonly brings: 'newcomer' | 'no lock' | null;
}

/** The faults, in the order in which they are reported. */
export const chaosFaults = {
  'elector killed': { befalls: 'a pod', lasts: false, brings: 'newcomer' },
  'elector and app killed': { befalls: 'a pod', lasts: false, brings: 'newcomer' },
  'pod deleted': { befalls: 'a pod', lasts: false, brings: 'newcomer' },
  'elector frozen': { befalls: 'a pod', lasts: true, brings: null },
  'elector and app frozen': { befalls: 'a pod', lasts: true, brings: null },
  'partition, refusing': { befalls: 'a pod', lasts: true, brings: null },
  'partition, silent': { befalls: 'a pod', lasts: true, brings: null },
  'API server down': { befalls: 'all', lasts: true, brings: null },
  'API server silent': { befalls: 'all', lasts: true, brings: null },
  'API server slow': { befalls: 'all', lasts: true, brings: null },
  'lock deleted': { befalls: 'all', lasts: false, brings: 'no lock' },
  'record deleted': { befalls: 'all', lasts: false, brings: 'no lock' },
} as const satisfies Record<string, ChaosFaultTraits>;

export type ChaosFaultKind = keyof typeof chaosFaults;

/** All of them. */
export const chaosFaultKinds = Object.keys(chaosFaults) as ChaosFaultKind[];

/** What is known of a kind. */
export function traitsOf(kind: ChaosFaultKind): ChaosFaultTraits {
  return chaosFaults[kind];
}
