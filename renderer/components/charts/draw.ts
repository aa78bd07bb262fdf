import type { DrawnPoint } from '../../metrics/decimate.ts';
import type { PlotBaseline, PlotColors } from './options.ts';
import type { Picture, PictureBand, PictureLine, PictureMark } from './picture.ts';

/** From units of the axes to pixels; NaN where a value has no place (0 on a logarithmic axis). */
export interface Mapping {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

/** Draws a picture's data, back to front; axes are drawn by others. */
export function drawPicture(
  context: CanvasRenderingContext2D,
  picture: Picture,
  mapping: Mapping,
  colors: PlotColors,
): void {
  context.save();
  context.lineJoin = 'round';
  for (const band of picture.bands) drawBand(context, band, mapping, colors);
  for (const line of picture.lines) if (line.faint) drawLine(context, line, mapping, colors);
  for (const level of picture.baselines) drawLevel(context, level, picture, mapping, colors);
  for (const line of picture.lines) if (!line.faint) drawLine(context, line, mapping, colors);
  for (const mark of picture.best) drawBest(context, mark, mapping, colors);
  context.restore();
}

export function colorOf(colors: PlotColors, index: number): string {
  return colors.series[index % colors.series.length] ?? colors.text;
}

/** Opacity of the values that were smoothed. */
export const faintOpacity = 0.28;
const markOpacity = 0.7;
export const bandOpacity = 0.16;
export const levelDash = [8, 4, 2, 4] as const;

function drawLine(
  context: CanvasRenderingContext2D,
  { series, faint, points }: PictureLine,
  mapping: Mapping,
  colors: PlotColors,
): void {
  context.globalAlpha = faint ? faintOpacity : 1;
  context.strokeStyle = colorOf(colors, series.color);
  context.fillStyle = context.strokeStyle;
  context.lineWidth = faint ? 1 : 1.5;
  context.setLineDash(faint ? [] : [...series.dash]);
  if (series.marks === true) {
    context.globalAlpha = markOpacity;
    const { markSize = 2 } = series;
    for (const { x, y } of points) {
      const [left, top] = [mapping.x(x), mapping.y(y)];
      if (Number.isFinite(top)) context.fillRect(left - markSize / 2, top - markSize / 2, markSize, markSize);
    }
  } else {
    context.beginPath();
    trace(context, points, mapping);
    context.stroke();
    for (const { x, y } of lonely(points)) {
      const top = mapping.y(y);
      if (!Number.isFinite(top)) continue;
      context.beginPath();
      context.arc(mapping.x(x), top, 2, 0, 2 * Math.PI);
      context.fill();
    }
  }
  context.globalAlpha = 1;
  context.setLineDash([]);
}

function trace(context: CanvasRenderingContext2D, points: readonly DrawnPoint[], mapping: Mapping): void {
  let drawing = false;
  for (const { x, y } of points) {
    const top = mapping.y(y);
    if (!Number.isFinite(top)) drawing = false;
    else if (drawing) context.lineTo(mapping.x(x), top);
    else {
      context.moveTo(mapping.x(x), top);
      drawing = true;
    }
  }
}

/** Points with a gap on both sides, which a line alone would not show. */
export function lonely(points: readonly DrawnPoint[]): readonly DrawnPoint[] {
  const gap = (index: number): boolean => !Number.isFinite(points[index]?.y);
  return points.filter((_, index) => !gap(index) && gap(index - 1) && gap(index + 1));
}

/** Bands are drawn where both edges are there; a gap of either is a gap of the band. */
export function bandPieces(
  { lower, upper }: PictureBand,
  mapping: Mapping,
): readonly (readonly DrawnPoint[])[] {
  const runs = (points: readonly DrawnPoint[]): DrawnPoint[][] => {
    const pieces: DrawnPoint[][] = [[]];
    for (const { x, y } of points) {
      const top = mapping.y(y);
      if (Number.isFinite(top)) pieces.at(-1)?.push({ x: mapping.x(x), y: top });
      else if (pieces.at(-1)?.length !== 0) pieces.push([]);
    }
    return pieces.filter((piece) => piece.length > 0);
  };
  const lowers = runs(lower);
  return runs(upper).map((piece, index) => [...piece, ...[...(lowers[index] ?? [])].reverse()]);
}

function drawBand(
  context: CanvasRenderingContext2D,
  band: PictureBand,
  mapping: Mapping,
  colors: PlotColors,
): void {
  context.globalAlpha = bandOpacity;
  context.fillStyle = colorOf(colors, band.color);
  for (const piece of bandPieces(band, mapping)) {
    context.beginPath();
    for (const { x, y } of piece) context.lineTo(x, y);
    context.closePath();
    context.fill();
  }
  context.globalAlpha = 1;
}

function drawLevel(
  context: CanvasRenderingContext2D,
  { label, value, unnamed }: PlotBaseline,
  { x }: Picture,
  mapping: Mapping,
  colors: PlotColors,
): void {
  const top = mapping.y(value);
  if (!Number.isFinite(top)) return;
  context.strokeStyle = colors.textQuiet;
  context.lineWidth = 1;
  context.setLineDash([...levelDash]);
  context.beginPath();
  context.moveTo(mapping.x(x.from), top);
  context.lineTo(mapping.x(x.to), top);
  context.stroke();
  context.setLineDash([]);
  if (unnamed === true) return;
  context.font = `11px ${colors.font}`;
  context.textAlign = 'right';
  context.lineWidth = 3;
  context.strokeStyle = colors.surface;
  context.fillStyle = colors.textQuiet;
  context.strokeText(label, mapping.x(x.to) - 4, top - 4);
  context.fillText(label, mapping.x(x.to) - 4, top - 4);
  context.textAlign = 'left';
}

function drawBest(
  context: CanvasRenderingContext2D,
  { series, x, y }: PictureMark,
  mapping: Mapping,
  colors: PlotColors,
): void {
  const top = mapping.y(y);
  if (!Number.isFinite(top)) return;
  context.beginPath();
  context.arc(mapping.x(x), top, 4.5, 0, 2 * Math.PI);
  context.fillStyle = colors.surface;
  context.fill();
  context.strokeStyle = colorOf(colors, series.color);
  context.lineWidth = 2;
  context.stroke();
}
