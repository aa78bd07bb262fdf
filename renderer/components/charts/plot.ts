import { Chart, LinearScale, LineController, LogarithmicScale, type Plugin } from 'chart.js';
import type { Curve } from '../../metrics/curve.ts';
import { firstAtLeast } from '../../metrics/growing.ts';
import { drawPicture, type Mapping } from './draw.ts';
import type { GroupMember, PlotGroup } from './group.ts';
import type { PlotColors, PlotOptions } from './options.ts';
import { compose, type Picture, PointPool } from './picture.ts';

interface PlotSettings {
  readonly canvas: HTMLCanvasElement;
  readonly group: PlotGroup;
  readonly options: PlotOptions;
  readonly colors: PlotColors;
  /** Pixels of the canvas for one of the screen; null takes the screen's. */
  readonly resolution: number | null;
}

/** A logarithmic axis over a greater factor has more digits than room. */
const crowdedFrom = 12;

/** What is being dragged out with the pointer, in pixels of the canvas. */
export interface Selection {
  readonly from: number;
  readonly to: number;
}

/**
 * One plot on a canvas. Chart.js lays out and draws the axes; the lines are drawn by a plugin from typed arrays that
 * were decimated to the pixels, without an object for every point. `refresh` is called in every frame of the common
 * clock and draws only when something changed.
 */
export class Plot implements GroupMember {
  readonly #chart: Chart;
  readonly #group: PlotGroup;
  readonly #pool = new PointPool();
  readonly #leave: () => void;
  #options: PlotOptions;
  #colors: PlotColors;
  #picture: Picture;
  #drawn = '';
  #drawnPointer = '';
  #selection: Selection | null = null;
  readonly #onScreen: boolean;
  #closed = false;
  #version = 0;
  #overlayVersion = 0;

  constructor({ canvas, group, options, colors, resolution }: PlotSettings) {
    Chart.register(LineController, LinearScale, LogarithmicScale);
    this.#group = group;
    this.#onScreen = resolution === null;
    this.#options = options;
    this.#colors = colors;
    this.#leave = group.join(this);
    this.#picture = compose(options, group.shown(), 1, this.#pool);
    const lines: Plugin = {
      id: 'lines',
      afterDraw: (chart) => this.#drawLines(chart),
    };
    this.#chart = new Chart(canvas, {
      type: 'line',
      data: { datasets: [] },
      plugins: [lines],
      options: {
        parsing: false,
        normalized: true,
        animation: false,
        events: [],
        responsive: resolution === null,
        maintainAspectRatio: false,
        ...(resolution === null ? {} : { devicePixelRatio: resolution }),
        layout: { padding: { top: 8, right: 12, bottom: 0, left: 0 } },
      },
    });
    this.#chart.options.scales = this.#scales();
  }

  *curves(): Iterable<Curve> {
    for (const { curve } of this.#options.series) yield curve;
    for (const { lower } of this.#options.bands) yield lower;
  }

  get picture(): Picture {
    return this.#picture;
  }

  get options(): PlotOptions {
    return this.#options;
  }

  /** What the person sees of the x axis at a pixel of the canvas. */
  valueAt(pixel: number): number {
    const { left, right } = this.#chart.chartArea;
    const { from, to } = this.#picture.x;
    return from + ((pixel - left) / Math.max(1, right - left)) * (to - from);
  }

  /** The x of the point after (or before) `x`, at least a pixel away, so that a key moves visibly. */
  neighbor(x: number, direction: number): number {
    const { from, to } = this.#picture.x;
    const { left, right } = this.#chart.chartArea;
    const pixel = (to - from) / Math.max(1, right - left);
    let nearest: number | null = null;
    for (const curve of this.curves()) {
      const xs = curve.x.view().subarray(0, curve.length);
      const index =
        direction > 0
          ? firstAtLeast(xs, x + Math.max(pixel, Number.EPSILON * Math.abs(x)))
          : firstAtLeast(xs, x - pixel + Number.EPSILON) - 1;
      const found = xs[index];
      if (found === undefined) continue;
      if (nearest === null || Math.abs(found - x) < Math.abs(nearest - x)) nearest = found;
    }
    return nearest ?? x;
  }

  /** Whether a place on the canvas lies between the axes. */
  contains(x: number, y: number): boolean {
    const { left, right, top, bottom } = this.#chart.chartArea;
    return x >= left && x <= right && y >= top && y <= bottom;
  }

  configure(options: PlotOptions, colors: PlotColors): void {
    if (this.#closed) return;
    this.#options = options;
    this.#colors = colors;
    this.#version += 1;
    this.#chart.options.scales = this.#scales();
  }

  select(selection: Selection | null): void {
    this.#selection = selection;
    this.#overlayVersion += 1;
  }

  /** Draws again if data, range, pointer, options or size changed since the last time. */
  refresh(): void {
    if (this.#closed) return;
    const { width, height, canvas } = this.#chart;
    // Between leaving the page and being closed there may be a frame.
    if ((this.#onScreen && !canvas.isConnected) || width === 0 || height === 0) return;
    let data = 0;
    for (const curve of this.curves()) data += curve.version + curve.x.length;
    const range = this.#group.shown();
    const state = [data, range.from, range.to, width, height, this.#version].join(' ');
    const pointer = `${this.#group.version} ${this.#overlayVersion}`;
    if (state !== this.#drawn) this.#layOut();
    else if (pointer !== this.#drawnPointer) this.#chart.draw();
    this.#drawn = state;
    this.#drawnPointer = pointer;
  }

  close(): void {
    this.#closed = true;
    this.#leave();
    this.#chart.destroy();
  }

  /** Ticks of the axes as they are drawn, for a copy in another format. */
  axes(): {
    readonly x: readonly Tick[];
    readonly y: readonly Tick[];
    readonly mapping: Mapping;
    readonly area: Area;
  } {
    const ticks = (id: string): readonly Tick[] =>
      (this.#chart.scales[id]?.ticks ?? []).map(({ value, label }) => ({
        value,
        label: Array.isArray(label) ? label.join(' ') : String(label ?? ''),
      }));
    const { left, right, top, bottom } = this.#chart.chartArea;
    const area = { left, right, top, bottom, width: this.#chart.width, height: this.#chart.height };
    return { x: ticks('x'), y: ticks('y'), mapping: this.#mapping(this.#chart), area };
  }

  #layOut(): void {
    const area = this.#chart.chartArea;
    const pixels = Math.max(1, Math.round((area?.right ?? this.#chart.width) - (area?.left ?? 0)));
    this.#picture = compose(this.#options, this.#group.shown(), pixels, this.#pool);
    const { x, y } = this.#picture;
    const scales = this.#chart.options.scales;
    Object.assign(scales?.x ?? {}, { min: x.from, max: x.to });
    Object.assign(scales?.y ?? {}, { min: y.from, max: y.to });
    this.#chart.update('none');
  }

  #scales() {
    const { xLabel, yLabel, logarithmic, formatX, formatYTick } = this.#options;
    const font = { family: this.#colors.font, size: 11 };
    // A logarithmic axis has lines for many digits and for its ends: of the many, 1, 2 and 5 are named.
    const isCrowded = (value: number): boolean => {
      if (!logarithmic) return false;
      const { from, to } = this.#picture.y;
      const named = to / from > crowdedFrom ? /^[125]e/ : /^\d(\.\d)?e/;
      return !named.test(value.toExponential(6).replace(/\.?0*e/, 'e'));
    };
    const common = {
      grid: { color: this.#colors.line, drawTicks: false },
      border: { color: this.#colors.lineStrong },
    };
    const title = (text: string) => ({
      display: text !== '',
      text,
      color: this.#colors.textQuiet,
      font,
      padding: 2,
    });
    const ticks = (format: (value: number) => string, limit: number, crowds: boolean) => ({
      color: this.#colors.textQuiet,
      font,
      padding: 6,
      maxTicksLimit: limit,
      maxRotation: 0,
      autoSkipPadding: 16,
      includeBounds: false,
      callback: (value: string | number) => {
        const label = format(Number(value));
        // Steps are whole: a tick between two of them has no number.
        const off = Math.abs(Number(value) - Math.round(Number(value)));
        const between = /^[\d,]+$/.test(label) && off > 1e-6 * Math.max(1, Math.abs(Number(value)));
        return between || (crowds && isCrowded(Number(value))) ? '' : label;
      },
    });
    return {
      x: { ...common, type: 'linear', title: title(xLabel), ticks: ticks(formatX, 9, false) },
      y: {
        ...common,
        type: logarithmic ? 'logarithmic' : 'linear',
        title: title(yLabel),
        ticks: ticks(formatYTick, 7, true),
      },
    } as const;
  }

  #mapping(chart: Chart): Mapping {
    const { left, right, top, bottom } = chart.chartArea;
    const { x, y } = this.#picture;
    const xFactor = (right - left) / (x.to - x.from);
    const { logarithmic } = this.#options;
    const scaled = logarithmic ? Math.log10 : (value: number) => value;
    const lowest = scaled(y.from);
    const yFactor = (bottom - top) / (scaled(y.to) - lowest);
    return {
      x: (value) => left + (value - x.from) * xFactor,
      y: (value) => (logarithmic && value <= 0 ? Number.NaN : bottom - (scaled(value) - lowest) * yFactor),
    };
  }

  #drawLines(chart: Chart): void {
    const { left, right, top, bottom } = chart.chartArea;
    const context = chart.ctx;
    const mapping = this.#mapping(chart);
    context.save();
    context.beginPath();
    context.rect(left, top - 5, right - left + 5, bottom - top + 10);
    context.clip();
    drawPicture(context, this.#picture, mapping, this.#colors);
    const { hover } = this.#group;
    if (hover !== null) {
      context.strokeStyle = this.#colors.lineStrong;
      context.lineWidth = 1;
      const at = Math.round(mapping.x(hover)) + 0.5;
      context.beginPath();
      context.moveTo(at, top);
      context.lineTo(at, bottom);
      context.stroke();
    }
    if (this.#selection !== null) {
      const { from, to } = this.#selection;
      context.globalAlpha = 0.18;
      context.fillStyle = this.#colors.textQuiet;
      context.fillRect(Math.min(from, to), top, Math.abs(to - from), bottom - top);
    }
    context.restore();
  }
}

interface Tick {
  readonly value: number;
  readonly label: string;
}

export interface Area {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly width: number;
  readonly height: number;
}
