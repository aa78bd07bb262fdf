import type { Curve } from '../../metrics/curve.ts';

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** What a plot tells the group it belongs to. */
export interface GroupMember {
  /** Curves that decide how far the common x axis reaches. */
  curves(): Iterable<Curve>;
}

/** Plots over the same x: one range, one pointer. Zooming or hovering over one does so over all. */
export class PlotGroup {
  readonly #members = new Set<GroupMember>();
  readonly #listeners = new Set<() => void>();
  #range: Range | null = null;
  #hover: number | null = null;
  /** Grows with every change of range or pointer. */
  version = 0;

  join(member: GroupMember): () => void {
    this.#members.add(member);
    return () => this.#members.delete(member);
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The part that was zoomed to, or null for everything. */
  get range(): Range | null {
    return this.#range;
  }

  /** The x under the pointer of any plot. */
  get hover(): number | null {
    return this.#hover;
  }

  /** From the first to the last x of any curve; a unit around a single point, [0,1] without one. */
  extent(): Range {
    let from = Number.POSITIVE_INFINITY;
    let to = Number.NEGATIVE_INFINITY;
    for (const member of this.#members) {
      for (const curve of member.curves()) {
        if (curve.length === 0) continue;
        from = Math.min(from, curve.x.at(0));
        to = Math.max(to, curve.x.at(curve.length - 1));
      }
    }
    if (from > to) return { from: 0, to: 1 };
    return from === to ? { from: from - 0.5, to: to + 0.5 } : { from, to };
  }

  shown(): Range {
    return this.#range ?? this.extent();
  }

  /** Zooms to a part, cut to what there is; null, or all of it, shows everything and follows what is added. */
  zoom(range: Range | null): void {
    this.#range = range === null ? null : this.#cut(range);
    this.#tell();
  }

  point(x: number | null): void {
    if (x === this.#hover) return;
    this.#hover = x;
    this.#tell();
  }

  #cut({ from, to }: Range): Range | null {
    const extent = this.extent();
    const whole = extent.to - extent.from;
    const width = Math.max(to - from, whole * 1e-6);
    if (width >= whole) return null;
    const start = Math.min(Math.max(from, extent.from), extent.to - width);
    return { from: start, to: start + width };
  }

  #tell(): void {
    this.version += 1;
    for (const listener of this.#listeners) listener();
  }
}
