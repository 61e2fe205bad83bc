/** What can be wrong with a network connection. */
export type Trouble =
  /** Connections break, and new ones are refused. */
  | { readonly kind: 'broken' }
  /** Nothing arrives, and nobody is told. */
  | { readonly kind: 'silent' }
  /** Everything arrives, but so much later in each direction. */
  | { readonly kind: 'slow'; readonly latencyMs: number };

/** The troubles that are on at this moment; several may overlap. */
export class Troubles {
  readonly #active = new Set<Trouble>();
  readonly #listeners = new Set<() => void>();

  /** Begins one. Returns what ends it. */
  begin(trouble: Trouble): () => void {
    this.#active.add(trouble);
    this.#notify();
    return () => {
      this.#active.delete(trouble);
      this.#notify();
    };
  }

  has(kind: 'broken' | 'silent'): boolean {
    return [...this.#active].some((trouble) => trouble.kind === kind);
  }

  /** How much later everything arrives, in each direction. */
  get latencyMs(): number {
    return [...this.#active].reduce(
      (sum, trouble) => sum + (trouble.kind === 'slow' ? trouble.latencyMs : 0),
      0,
    );
  }

  /** Calls back whenever one begins or ends. Returns what ends that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #notify(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
