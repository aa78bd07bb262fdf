/** What a person may do to a run while it trains. Asked between two steps. */
export interface RunControl {
  /** Resolves when the run may go on: at once, unless it is paused. */
  whileHeld(): Promise<void>;
  /** A new factor on the learning rate, or null when it has not changed since it was last asked. */
  takeRateFactor(): number | null;
  wantsCheckpoint(): boolean;
  /** Names to keep the checkpoint under that has just been saved. */
  takeKeptNames(): readonly string[];
}

/** Orders from elsewhere, handed to the run at its next step. */
export class RunOrders implements RunControl {
  #factor: number | null = null;
  #names: string[] = [];
  #hold: { readonly wait: Promise<void>; readonly release: () => void } | null = null;

  get paused(): boolean {
    return this.#hold !== null;
  }

  pause(): void {
    if (this.#hold !== null) return;
    let release = (): void => undefined;
    const wait = new Promise<void>((resolve) => {
      release = resolve;
    });
    this.#hold = { wait, release };
  }

  resume(): void {
    this.#hold?.release();
    this.#hold = null;
  }

  setRateFactor(factor: number): void {
    this.#factor = factor;
  }

  keepCheckpoint(name: string): void {
    this.#names.push(name);
  }

  async whileHeld(): Promise<void> {
    await this.#hold?.wait;
  }

  takeRateFactor(): number | null {
    const factor = this.#factor;
    this.#factor = null;
    return factor;
  }

  wantsCheckpoint(): boolean {
    return this.#names.length > 0;
  }

  takeKeptNames(): readonly string[] {
    const names = this.#names;
    this.#names = [];
    return names;
  }
}
