import type { Range } from './group.ts';

/** A drawing whose x axis a pointer moves over; pixels are of its canvas. */
export interface Surface {
  contains(x: number, y: number): boolean;
  valueAt(pixel: number): number;
  /** The x of the next point in a direction (-1 or 1). */
  neighbor(x: number, direction: number): number;
  /** Shows what a drag holds, in pixels. */
  select(selection: Range | null): void;
}

/** What zooming and pointing over a surface change. */
export interface Zooming {
  readonly range: Range | null;
  readonly hover: number | null;
  shown(): Range;
  zoom(range: Range | null): void;
  point(x: number | null): void;
}

/** Pixels a pointer must move before it drags. */
const dragThreshold = 4;
/** Share of what is shown by which a key moves or the wheel zooms. */
const keyStep = 0.1;

/**
 * Pointer and keys of a plot: hover points in all plots of the group, drag zooms, drag with Shift pans, Ctrl or Cmd and
 * the wheel zooms around the pointer, a double click shows everything. Left and right move the pointer (with Shift the
 * range), + and - zoom, Home or Escape shows everything. Returns what takes the listeners away.
 */
export function addGestures(canvas: HTMLCanvasElement, plot: Surface, group: Zooming): () => void {
  const controller = new AbortController();
  const { signal } = controller;
  let drag: { readonly startX: number; readonly pan: boolean; lastX: number; moved: boolean } | null = null;

  const zoomAround = (center: number, factor: number): void => {
    const { from, to } = group.shown();
    group.zoom({ from: center - (center - from) * factor, to: center + (to - center) * factor });
  };
  const move = (amount: number): void => {
    if (group.range === null) return;
    group.zoom({ from: group.range.from + amount, to: group.range.to + amount });
  };

  canvas.addEventListener(
    'pointerdown',
    (event) => {
      if (event.button !== 0 || !plot.contains(event.offsetX, event.offsetY)) return;
      canvas.setPointerCapture(event.pointerId);
      drag = { startX: event.offsetX, pan: event.shiftKey, lastX: event.offsetX, moved: false };
    },
    { signal },
  );
  canvas.addEventListener(
    'pointermove',
    (event) => {
      const x = event.offsetX;
      if (drag !== null) {
        drag.moved ||= Math.abs(x - drag.startX) > dragThreshold;
        if (drag.moved && drag.pan) move(plot.valueAt(drag.lastX) - plot.valueAt(x));
        else if (drag.moved) plot.select({ from: drag.startX, to: x });
        drag.lastX = x;
      }
      group.point(plot.contains(x, event.offsetY) ? plot.valueAt(x) : null);
    },
    { signal },
  );
  const end = (event: PointerEvent): void => {
    if (drag === null) return;
    const { startX, pan, moved } = drag;
    drag = null;
    plot.select(null);
    if (moved && !pan) {
      const [from, to] = [startX, event.offsetX].map((pixel) => plot.valueAt(pixel)).sort((a, b) => a - b);
      if (from !== undefined && to !== undefined) group.zoom({ from, to });
    } else group.point(group.hover);
  };
  canvas.addEventListener('pointerup', end, { signal });
  canvas.addEventListener(
    'pointercancel',
    () => {
      drag = null;
      plot.select(null);
    },
    { signal },
  );
  canvas.addEventListener('pointerleave', () => group.point(null), { signal });
  canvas.addEventListener('dblclick', () => group.zoom(null), { signal });
  canvas.addEventListener(
    'wheel',
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      zoomAround(plot.valueAt(event.offsetX), event.deltaY > 0 ? 1 + 2 * keyStep : 1 / (1 + 2 * keyStep));
    },
    { signal, passive: false },
  );
  canvas.addEventListener('blur', () => group.point(null), { signal });
  canvas.addEventListener(
    'keydown',
    (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const { from, to } = group.shown();
      const width = to - from;
      const center = group.hover ?? (from + to) / 2;
      const step = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
      if (step !== 0 && event.shiftKey) move(step * keyStep * width);
      else if (step !== 0) group.point(Math.min(to, Math.max(from, plot.neighbor(center, step))));
      else if (event.key === '+' || event.key === '=') zoomAround(center, 1 / (1 + 2 * keyStep));
      else if (event.key === '-') zoomAround(center, 1 + 2 * keyStep);
      else if (event.key === 'Home' || event.key === 'Escape') group.zoom(null);
      else return;
      event.preventDefault();
    },
    { signal },
  );
  return () => controller.abort();
}
