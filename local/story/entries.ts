import type { Instant } from '../../base/clock.ts';
import type { ReleaseNote } from './events.ts';

/** What befell a leader. */
export interface Trouble {
  readonly what: 'was deleted' | 'crashed' | 'was frozen';
  /** When, on the monotonic clock. */
  readonly at: number;
  /** Whether its elector runs again. */
  readonly isOver: boolean;
}

/** How a term ended. */
export interface TermEnd {
  readonly how: 'released' | 'expired' | 'lock deleted' | 'restarted';
  /** What had befallen the leader, as far as that was seen. */
  readonly trouble: Trouble['what'] | null;
  /** Whether its elector ran again before the term ended. */
  readonly wasRestarted: boolean;
  readonly release: ReleaseNote | null;
}

/** A pod took the lead, or took it again. */
export interface TermEntry {
  readonly kind: 'leads';
  readonly leader: string;
  /** Who led before; null for the first of all. */
  readonly previous: string | null;
  /** Milliseconds since whatever ended the previous term; 0 for the first of all. */
  readonly afterMs: number;
  /** How that ended; null for the first of all. */
  readonly ended: TermEnd | null;
}

/** Something that happened, as it is told. */
export type Happening =
  | TermEntry
  | { readonly kind: 'pod'; readonly pod: string; readonly condition: string; readonly restarts: number }
  /** `byForce`: its object is gone, without a word on whether its processes are. */
  | { readonly kind: 'deleted'; readonly pod: string; readonly wasLeader: boolean; readonly byForce: boolean }
  /** `containers`: those that ended. */
  | {
      readonly kind: 'crashed';
      readonly pod: string;
      readonly containers: readonly string[];
      readonly wasLeader: boolean;
    }
  /** `leaseLeftMs`: how long its lease still ran then; null where it did not lead. */
  | { readonly kind: 'frozen'; readonly pod: string; readonly leaseLeftMs: number | null }
  | { readonly kind: 'thawed'; readonly pod: string }
  /** `leader`: who led by then. */
  | {
      readonly kind: 'answered';
      readonly pod: string;
      readonly isLeader: boolean;
      readonly leader: string | null;
    }
  /** The processes of a frozen pod were killed, so that it is frozen no longer. */
  | { readonly kind: 'killed frozen'; readonly pod: string }
  | { readonly kind: 'lock deleted' }
  | { readonly kind: 'note'; readonly text: string };

/** A line of the story; they are numbered from 1 on. */
export type StoryEntry = Happening & { readonly number: number; readonly at: Instant };
