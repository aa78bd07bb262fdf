/** The cell that several heat maps of one sample point at together. */
export class CellCursor {
  readonly #listeners = new Set<() => void>();
  #step: number | null = null;
  #unit: number | null = null;

  get step(): number | null {
    return this.#step;
  }

  /** null where only the timestep is pointed at, from a plot over time. */
  get unit(): number | null {
    return this.#unit;
  }

  point(step: number | null, unit: number | null): void {
    if (step === this.#step && unit === this.#unit) return;
    this.#step = step;
    this.#unit = unit;
    for (const listener of this.#listeners) listener();
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
