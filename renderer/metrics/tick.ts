/** What a tick is given of the page. */
export interface TickHost {
  /** Calls back before the next frame is shown: `requestAnimationFrame`. */
  readonly frame: (callback: () => void) => void;
  /** Calls back when the frame in progress has been painted, called within it. */
  readonly painted: (callback: () => void) => void;
  /** Calls back after so many milliseconds. */
  readonly later: (callback: () => void, milliseconds: number) => void;
  readonly now: () => number;
}

/** Drawing takes at most a third of the time of the page, however slow the machine: the rest is for the person. */
const restFactor = 2;
/** Milliseconds of drawing that need no rest. */
const cheap = 4;
/** Milliseconds from one drawing of news to the next: more often nobody can tell, and what trains needs the processors. */
const newsInterval = { least: 250, most: 1000 };
/** News that are slow to paint, as without a graphics card, come less often: this many times their cost apart. */
const newsFactor = 20;
/** A drawing that took less milliseconds had nothing to draw: the next one follows in the same frame. */
const nothingDrawn = 1;

/**
 * One clock for everything that is drawn again and again. What a person does is drawn by all charts in the next frame.
 * News is drawn by one chart in each frame, so that no frame is long, and no frame is asked for while nothing changed.
 */
export class Tick {
  readonly #drawings = new Set<() => void>();
  readonly #host: TickHost;
  /** When the next drawing is due; null while none is asked for. */
  #due: number | null = null;
  #restUntil = Number.NEGATIVE_INFINITY;
  #newsFrom = Number.NEGATIVE_INFINITY;
  /** Who has yet to draw the news, while it is being drawn. */
  #round: Set<() => void> | null = null;
  #roundCost = 0;
  /** Whether there was more news during the round. */
  #again = false;

  constructor(host: TickHost) {
    this.#host = host;
  }

  /** Adds a drawing, called at every tick; it decides itself whether anything of its own changed. */
  add(draw: () => void): () => void {
    this.#drawings.add(draw);
    this.ask();
    return () => {
      this.#drawings.delete(draw);
      this.#round?.delete(draw);
    };
  }

  /** A person did something: draw in the next frame, or the first one after the rest that a slow drawing is owed. */
  ask(): void {
    this.#round = null;
    this.#again = false;
    this.#schedule(this.#restUntil, () => this.#drawAll());
  }

  /** A person did something that changes much: from the next frame on, one chart in each draws. */
  askInTurn(): void {
    if (this.#round === null) this.#schedule(this.#restUntil, () => this.#beginRound());
    else for (const draw of this.#drawings) this.#round.add(draw);
  }

  /** There is something new to show, which can wait a little. */
  askForNews(): void {
    if (this.#round !== null) this.#again = true;
    else this.#schedule(Math.max(this.#restUntil, this.#newsFrom), () => this.#beginRound());
  }

  #schedule(due: number, draw: () => void): void {
    if (this.#due !== null && this.#due <= due) return;
    this.#due = due;
    // What was asked for first may be overtaken by what is due sooner.
    const drawIfDue = (): void => {
      if (this.#due !== due) return;
      this.#due = null;
      draw();
    };
    const wait = due - this.#host.now();
    if (wait <= 0) this.#host.frame(drawIfDue);
    else this.#host.later(() => this.#host.frame(drawIfDue), wait);
  }

  #drawAll(): void {
    const started = this.#host.now();
    for (const draw of this.#drawings) draw();
    const ended = this.#host.now();
    const took = ended - started;
    this.#restUntil = took > cheap ? ended + restFactor * took : ended;
    this.#newsFrom = started + newsInterval.least;
  }

  #beginRound(): void {
    this.#round = new Set(this.#drawings);
    this.#roundCost = 0;
    this.#drawNext();
  }

  /** Draws the news by those that have not yet, until one of them had something to draw. */
  #drawNext(): void {
    const round = this.#round;
    if (round === null) return;
    const started = this.#host.now();
    for (const draw of round) {
      round.delete(draw);
      draw();
      if (this.#host.now() - started >= nothingDrawn) break;
    }
    this.#host.painted(() => {
      // Meanwhile a person may have had everything drawn.
      if (this.#round !== round) return;
      this.#roundCost += this.#host.now() - started;
      if (round.size > 0) this.#host.frame(() => this.#drawNext());
      else this.#endRound();
    });
  }

  #endRound(): void {
    this.#round = null;
    const { least, most } = newsInterval;
    this.#newsFrom = this.#host.now() + Math.min(most, Math.max(least, newsFactor * this.#roundCost));
    if (!this.#again) return;
    this.#again = false;
    this.askForNews();
  }
}
