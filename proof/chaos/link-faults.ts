/** A fault of a network connection. */
export type LinkFault =
  /** Connections break, and new ones are refused. */
  | { readonly kind: 'broken' }
  /** Nothing arrives, and nobody is told. */
  | { readonly kind: 'silent' }
  /** Everything arrives, but so much later in each direction. */
  | { readonly kind: 'slow'; readonly latencyMs: number };

/** The faults that are on at this moment; several may overlap. */
export class LinkFaults {
  readonly #active = new Set<LinkFault>();
  readonly #listeners = new Set<() => void>();

  /** Injects one. Returns what ends it. */
  inject(fault: LinkFault): () => void {
    this.#active.add(fault);
    this.#notify();
    return () => {
      this.#active.delete(fault);
      this.#notify();
    };
  }

  has(kind: 'broken' | 'silent'): boolean {
    return [...this.#active].some((fault) => fault.kind === kind);
  }

  /** How much later everything arrives, in each direction. */
  get latencyMs(): number {
    return [...this.#active].reduce((sum, fault) => sum + (fault.kind === 'slow' ? fault.latencyMs : 0), 0);
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
