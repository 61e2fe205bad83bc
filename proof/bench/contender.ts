/** A candidate under measurement. */
export interface Contender {
  readonly name: string;
  /** Resolves with the moment at which it was heard to say that it leads, by `performance.now()`. */
  leads(): Promise<number>;
  /** Resolves once it names this leader. */
  names(leader: string): Promise<unknown>;
  /** Ends it. */
  end(): Promise<void>;
}

/** Starts a contender with this name. */
export type Start<C extends Contender> = (name: string) => Promise<C>;
