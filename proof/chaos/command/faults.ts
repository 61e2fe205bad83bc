/** What a fault of the command's experiment needs to be known by who draws it. */
interface CommandFaultTraits {
  /** Whom it befalls: a candidate, the one whose command runs, or all. */
  readonly befalls: 'a candidate' | 'the leader' | 'all';
  /** Whether it lasts until it is ended; else it is over as soon as it has happened. */
  readonly lasts: boolean;
  /**
   * Which of the two that watch over a command it puts out of action. Both at once is what docs/command.md does not promise, so it is not
   * done.
   */
  readonly disables?: 'elector' | 'guard';
}

/** The faults, in the order in which they are reported. */
export const commandFaults = {
  'elector killed': { befalls: 'a candidate', lasts: false, disables: 'elector' },
  'elector frozen': { befalls: 'a candidate', lasts: true, disables: 'elector' },
  'elector and command frozen': { befalls: 'a candidate', lasts: true, disables: 'elector' },
  'guard killed': { befalls: 'the leader', lasts: false, disables: 'guard' },
  'guard frozen': { befalls: 'the leader', lasts: true, disables: 'guard' },
  'command killed': { befalls: 'the leader', lasts: false },
  'command frozen': { befalls: 'the leader', lasts: true },
  'told to end (SIGTERM)': { befalls: 'a candidate', lasts: false },
  'partition, refusing': { befalls: 'a candidate', lasts: true },
  'partition, silent': { befalls: 'a candidate', lasts: true },
  'API server down': { befalls: 'all', lasts: true },
  'API server silent': { befalls: 'all', lasts: true },
  'API server slow': { befalls: 'all', lasts: true },
} as const satisfies Record<string, CommandFaultTraits>;

export type CommandFaultKind = keyof typeof commandFaults;

/** All of them. */
export const commandFaultKinds = Object.keys(commandFaults) as CommandFaultKind[];

/** What is known of a kind. */
export function commandFaultTraitsOf(kind: CommandFaultKind): CommandFaultTraits {
  return commandFaults[kind];
}

/** Whether a fault may happen while these do. */
export function fits(kind: CommandFaultKind, beside: readonly CommandFaultKind[]): boolean {
  const { befalls, disables } = commandFaultTraitsOf(kind);
  if (befalls === 'all' && beside.includes(kind)) return false;
  return (
    disables === undefined || beside.every((other) => commandFaultTraitsOf(other).disables === undefined)
  );
}
