/**
 * One clock for everything that is drawn again and again: all charts are brought up to date in the same animation
 * frame, and no frame is asked for while nothing has changed.
 */
export class Tick {
  readonly #drawings = new Set<() => void>();
  readonly #request: (callback: () => void) => void;
  #asked = false;

  /** @param request calls back before the next frame is shown: `requestAnimationFrame` */
  constructor(request: (callback: () => void) => void) {
    this.#request = request;
  }

  /** Adds a drawing, called at every tick; it decides itself whether anything of its own changed. */
  add(draw: () => void): () => void {
    this.#drawings.add(draw);
    this.ask();
    return () => this.#drawings.delete(draw);
  }

  /** Something changed: draw in the next frame. */
  ask(): void {
    if (this.#asked) return;
    this.#asked = true;
    this.#request(() => {
      this.#asked = false;
      for (const draw of this.#drawings) draw();
    });
  }
}
