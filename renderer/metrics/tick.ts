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
/** Milliseconds between two drawings of news: more often nobody can tell, and what trains needs the processors. */
const newsInterval = 250;

/**
 * One clock for everything that is drawn again and again: all charts are brought up to date in the same animation
 * frame, and no frame is asked for while nothing has changed.
 */
export class Tick {
  readonly #drawings = new Set<() => void>();
  readonly #host: TickHost;
  /** When the next drawing is due; null while none is asked for. */
  #due: number | null = null;
  #drawnAt = Number.NEGATIVE_INFINITY;
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

  /** A person did something: draw in the next frame, or the first one after the rest that a slow drawing is owed. */
  ask(): void {
    this.#schedule(this.#restUntil);
  }

  /** There is something new to show, which can wait a little. */
  askForNews(): void {
    this.#schedule(Math.max(this.#restUntil, this.#drawnAt + newsInterval));
  }

  #schedule(due: number): void {
    if (this.#due !== null && this.#due <= due) return;
    this.#due = due;
    // What was asked for first may be overtaken by what is due sooner.
    const draw = (): void => {
      if (this.#due === due) this.#draw();
    };
    const wait = due - this.#host.now();
    if (wait <= 0) this.#host.frame(draw);
    else this.#host.later(() => this.#host.frame(draw), wait);
  }

  #draw(): void {
    this.#due = null;
    const started = this.#host.now();
    for (const draw of this.#drawings) draw();
    const ended = this.#host.now();
    const took = ended - started;
    this.#drawnAt = started;
    this.#restUntil = took > cheap ? ended + restFactor * took : ended;
  }
}
