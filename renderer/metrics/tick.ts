/** What a tick is given of the page. */
export interface TickHost {
  /** Calls back before the next frame is shown: `requestAnimationFrame`. */
  readonly frame: (callback: () => void) => void;
  /** Calls back after so many milliseconds. */
  readonly later: (callback: () => void, milliseconds: number) => void;
  readonly now: () => number;
}

/** Drawing takes at most a third of the time of the page, however slow the machine: the rest is for the person. */
const restFactor = 2;
/** Milliseconds of drawing that need no rest. */
const cheap = 4;

/**
 * One clock for everything that is drawn again and again: all charts are brought up to date in the same animation
 * frame, and no frame is asked for while nothing has changed.
 */
export class Tick {
  readonly #drawings = new Set<() => void>();
  readonly #host: TickHost;
  #asked = false;
  #restUntil = Number.NEGATIVE_INFINITY;

  constructor(host: TickHost) {
    this.#host = host;
  }

  /** Adds a drawing, called at every tick; it decides itself whether anything of its own changed. */
  add(draw: () => void): () => void {
    this.#drawings.add(draw);
    this.ask();
    return () => this.#drawings.delete(draw);
  }

  /** Something changed: draw in the next frame, or the first one after the rest that a slow drawing is owed. */
  ask(): void {
    if (this.#asked) return;
    this.#asked = true;
    const rest = this.#restUntil - this.#host.now();
    if (rest <= 0) this.#host.frame(() => this.#draw());
    else this.#host.later(() => this.#host.frame(() => this.#draw()), rest);
  }

  #draw(): void {
    this.#asked = false;
    const started = this.#host.now();
    for (const draw of this.#drawings) draw();
    const ended = this.#host.now();
    const took = ended - started;
    this.#restUntil = took > cheap ? ended + restFactor * took : ended;
  }
}
