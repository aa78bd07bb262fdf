import type { Curve } from '../../metrics/curve.ts';

/** One line of a plot. */
export interface PlotSeries {
  readonly id: string;
  readonly label: string;
  readonly curve: Curve;
  /** Place in the color-blind-safe set. */
  readonly color: number;
  readonly dash: readonly number[];
  /** Whether the smoothing of the plot applies; the raw line then stays, faint. */
  readonly smooth: boolean;
  /** Which point is marked. */
  readonly best?: 'lowest' | 'highest';
  /** Points without a line between them. */
  readonly marks?: boolean;
  /** Side of those points in pixels. */
  readonly markSize?: number;
}

/** A level to compare with: what could be had without a network. */
export interface PlotBaseline {
  readonly id: string;
  readonly label: string;
  readonly value: number;
  /** Whether its name is written on it; the legend names it anyway. */
  readonly unnamed?: boolean;
}

/** The area between two curves over the same x. */
export interface PlotBand {
  readonly id: string;
  readonly label: string;
  readonly lower: Curve;
  readonly upper: Curve;
  readonly color: number;
}

export interface PlotOptions {
  readonly series: readonly PlotSeries[];
  readonly baselines: readonly PlotBaseline[];
  readonly bands: readonly PlotBand[];
  readonly xLabel: string;
  readonly yLabel: string;
  readonly logarithmic: boolean;
  /** Weight of the exponential smoothing in [0,1); 0 shows the values themselves. */
  readonly smoothing: number;
  /** Ids that were switched off in the legend. */
  readonly hidden: ReadonlySet<string>;
  readonly formatX: (x: number) => string;
  readonly formatY: (y: number) => string;
  /** Shorter, for the ticks of the axis. */
  readonly formatYTick: (y: number) => string;
  /** Limits of the y axis that hold whatever the values are. */
  readonly yRange?: { readonly from: number; readonly to: number };
}

/** What a theme gives a plot. */
export interface PlotColors {
  readonly series: readonly string[];
  readonly surface: string;
  readonly line: string;
  readonly lineStrong: string;
  readonly text: string;
  readonly textQuiet: string;
  readonly font: string;
}
