import { longestElapsed, now } from '../../base/clock.ts';
import type { Clock, Instant } from '../../base/clock.ts';
import type { ElectionState } from '../page/message.ts';
import type { ElectorStatement } from './elector-statement.ts';

/** A pod that the elector has named as the leader. */
export interface NamedLeader {
  readonly name: string;
  /** Whether it still is. */
  readonly leads: boolean;
  /** For how many milliseconds it has not been known to renew its lease; 0 where the elector does not tell. */
  readonly unrenewedMs: number;
}

/**
 * What the elector said last, and how long that may be repeated. Every answer is computed when asked, from the clocks: no
 * timer has to fire for a claim to end (rule 5).
 */
export class HeardElection {
  readonly #clock: Clock;
  readonly #leaseDurationMs: number;
  #said: { readonly statement: ElectorStatement; readonly at: Instant } | null = null;
  #heardAt: Instant | null = null;
  #lease: { readonly expiresInMs: number | null; readonly at: Instant } | null = null;
  #former: { readonly name: string; readonly unrenewedMs: number; readonly at: Instant } | null = null;

  /** `leaseDurationMs`: after this long without a word from the elector, it counts as silent. */
  constructor(clock: Clock, leaseDurationMs: number) {
    this.#clock = clock;
    this.#leaseDurationMs = leaseDurationMs;
  }

  /** The elector has just said this. */
  said(statement: ElectorStatement): void {
    const at = now(this.#clock);
    const before = this.state();
    if ('leader' in before && before.leader !== statement.name)
      this.#former = { name: before.leader, unrenewedMs: this.#unrenewedMs(), at };
    this.#said = { statement, at };
    this.#heardAt = at;
    this.#lease = { expiresInMs: statement.expiresInMs, at };
  }

  /** The elector was asked at that moment how long it is until others may take the lock, and has just answered. */
  leaseExpires(expiresInMs: number | null, askedAt: Instant): void {
    this.#lease = { expiresInMs, at: askedAt };
  }

  /** The elector is there, and what it said last still holds. Does not prolong `validForMs`. */
  stillThere(): void {
    this.#heardAt = now(this.#clock);
  }

  /** What may be said about the election now. */
  state(): ElectionState {
    if (!this.#said || this.#untilSilentMs() <= 0) return { state: 'silent' };
    const { name, isLeader } = this.#said.statement;
    if (isLeader)
      return this.#untilInvalidMs() > 0 ? { state: 'leading', leader: name } : { state: 'nobody' };
    return name === '' ? { state: 'nobody' } : { state: 'following', leader: name };
  }

  /** Milliseconds until others may take the lock unless it is renewed; null: nobody holds it, or that is not known. */
  expiresInMs(): number | null {
    if (this.#lease === null || this.#lease.expiresInMs === null || this.#untilSilentMs() <= 0) return null;
    return Math.max(0, this.#lease.expiresInMs - longestElapsed(this.#clock, this.#lease.at));
  }

  /** Who leads, and who led before, by what the elector said. */
  leaders(): readonly NamedLeader[] {
    const state = this.state();
    const leader = 'leader' in state ? state.leader : null;
    const named = leader === null ? [] : [{ name: leader, leads: true, unrenewedMs: this.#unrenewedMs() }];
    if (this.#former === null || this.#former.name === leader) return named;
    const { name, unrenewedMs, at } = this.#former;
    return [...named, { name, leads: false, unrenewedMs: unrenewedMs + longestElapsed(this.#clock, at) }];
  }

  /** How often the lock went from one holder to another, as the elector said last; null where it never did. */
  get leaderTransitions(): number | null {
    return this.#said?.statement.leaderTransitions ?? null;
  }

  /** The fencing token of this pod's term; null unless it leads. */
  get fencingToken(): string | null {
    return this.state().state === 'leading' ? (this.#said?.statement.fencingToken ?? null) : null;
  }

  /** Milliseconds until `state()` changes although nothing is heard; Infinity when it will not. */
  changesInMs(): number {
    const { state } = this.state();
    if (state === 'silent') return Infinity;
    return state === 'leading'
      ? Math.min(this.#untilInvalidMs(), this.#untilSilentMs())
      : this.#untilSilentMs();
  }

  /** For how long the lease has not been renewed; 0 where the elector does not tell. */
  #unrenewedMs(): number {
    return Math.max(0, this.#leaseDurationMs - (this.expiresInMs() ?? this.#leaseDurationMs));
  }

  #untilSilentMs(): number {
    return this.#heardAt ? this.#leaseDurationMs - longestElapsed(this.#clock, this.#heardAt) : 0;
  }

  #untilInvalidMs(): number {
    return this.#said ? this.#said.statement.validForMs - longestElapsed(this.#clock, this.#said.at) : 0;
  }
}
