import type { Curve } from '../../metrics/curve.ts';
import { type DrawnPoint, decimate } from '../../metrics/decimate.ts';
import type { Range } from './group.ts';
import type { PlotBaseline, PlotOptions, PlotSeries } from './options.ts';

/** A line ready to be drawn: its points in units of the axes, at most a few for every pixel. */
export interface PictureLine {
  readonly series: PlotSeries;
  /** Drawn behind and faint: the values that were smoothed. */
  readonly faint: boolean;
  readonly points: readonly DrawnPoint[];
}

export interface PictureBand {
  readonly color: number;
  readonly lower: readonly DrawnPoint[];
  readonly upper: readonly DrawnPoint[];
}

export interface PictureMark {
  readonly series: PlotSeries;
  readonly x: number;
  readonly y: number;
}

/** What a plot shows, independent of what it is drawn on: a canvas or an SVG file. */
export interface Picture {
  readonly x: Range;
  readonly y: Range;
  readonly lines: readonly PictureLine[];
  readonly bands: readonly PictureBand[];
  readonly baselines: readonly PlotBaseline[];
  readonly best: readonly PictureMark[];
}

/** Objects of points that are used again from frame to frame. */
export class PointPool {
  readonly #pools = new Map<string, DrawnPoint[]>();

  points(key: string, curve: Curve, range: Range, pixels: number): readonly DrawnPoint[] {
    const pool = this.#pools.get(key) ?? [];
    this.#pools.set(key, pool);
    return pool.slice(0, decimate(curve, { ...range, pixels }, pool));
  }
}

/** Decimates what is visible and finds the range of the y axis. */
export function compose(options: PlotOptions, range: Range, pixels: number, pool: PointPool): Picture {
  const lines: PictureLine[] = [];
  const bands: PictureBand[] = [];
  const best: PictureMark[] = [];
  const visible = ({ id }: { readonly id: string }) => !options.hidden.has(id);
  for (const series of options.series.filter(visible)) {
    const smoothed = series.smooth && options.smoothing > 0;
    const raw = pool.points(series.id, series.curve, range, pixels);
    lines.push({ series, faint: smoothed, points: raw });
    if (smoothed) {
      const curve = series.curve.smoothed(options.smoothing);
      const points = pool.points(`${series.id} smoothed`, curve, range, pixels);
      lines.push({ series, faint: false, points });
    }
    if (series.best !== undefined) {
      const index = series.curve.extremes(0, series.curve.length)[series.best];
      const x = series.curve.x.at(index);
      if (index >= 0 && x >= range.from && x <= range.to)
        best.push({ series, x, y: series.curve.y.at(index) });
    }
  }
  for (const band of options.bands.filter(visible)) {
    bands.push({
      color: band.color,
      lower: pool.points(`${band.id} lower`, band.lower, range, pixels),
      upper: pool.points(`${band.id} upper`, band.upper, range, pixels),
    });
  }
  const baselines = options.baselines.filter(visible);
  return { x: range, y: yRange(options, lines, bands, baselines, range), lines, bands, baselines, best };
}

/** Room left above and below the values, as a share of their range. */
const margin = 0.06;

function yRange(
  options: PlotOptions,
  lines: readonly PictureLine[],
  bands: readonly PictureBand[],
  baselines: readonly PlotBaseline[],
  { from, to }: Range,
): Range {
  if (options.yRange !== undefined) return options.yRange;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  const include = (value: number): void => {
    if (!Number.isFinite(value) || (options.logarithmic && value <= 0)) return;
    low = Math.min(low, value);
    high = Math.max(high, value);
  };
  const includeAll = (points: readonly DrawnPoint[]): void => {
    for (const { x, y } of points) if (x >= from && x <= to) include(y);
  };
  for (const { points } of lines) includeAll(points);
  for (const { lower, upper } of bands) {
    includeAll(lower);
    includeAll(upper);
  }
  for (const { value } of baselines) include(value);
  if (low > high) return options.logarithmic ? { from: 0.1, to: 1 } : { from: 0, to: 1 };
  if (options.logarithmic) {
    const room = low === high ? 2 : (high / low) ** margin;
    return { from: low / room, to: high * room };
  }
  const room = low === high ? Math.max(Math.abs(low) * 0.1, 1e-12) : (high - low) * margin;
  return { from: low - room, to: high + room };
}
