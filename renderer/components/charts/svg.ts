import type { DrawnPoint } from '../../metrics/decimate.ts';
import { bandOpacity, bandPieces, colorOf, faintOpacity, levelDash, lonely, type Mapping } from './draw.ts';
import type { PlotColors } from './options.ts';
import type { Plot } from './plot.ts';

/** Pixels above the axes for the title and the legend. */
const header = 44;

/** What a plot shows as an SVG document: sharp at any size, its text selectable. */
export function plotToSvg(plot: Plot, title: string, colors: PlotColors): string {
  const { x, y, mapping, area } = plot.axes();
  const { picture, options } = plot;
  const right = area.right;
  const parts: string[] = [];
  const text = (left: number, top: number, content: string, extra = '') =>
    parts.push(`<text x="${at(left)}" y="${at(top)}" ${extra}>${escapeXml(content)}</text>`);
  const quiet = `fill="${colors.textQuiet}" font-size="11"`;

  for (const { value, label } of y) {
    const top = mapping.y(value);
    if (!Number.isFinite(top) || label === '') continue;
    parts.push(line(area.left, top, right, top, `stroke="${colors.line}"`));
    text(area.left - 6, top + 4, label, `${quiet} text-anchor="end"`);
  }
  for (const { value, label } of x) {
    if (label === '') continue;
    const left = mapping.x(value);
    parts.push(line(left, area.top, left, area.bottom, `stroke="${colors.line}"`));
    text(left, area.bottom + 16, label, `${quiet} text-anchor="middle"`);
  }
  parts.push(`<g clip-path="url(#area)" fill="none" stroke-linejoin="round">`);
  for (const band of picture.bands) {
    for (const piece of bandPieces(band, mapping)) {
      const corners = piece.map(({ x: left, y: top }) => `${at(left)},${at(top)}`).join(' ');
      const fill = `fill="${colorOf(colors, band.color)}" fill-opacity="${bandOpacity}"`;
      parts.push(`<polygon points="${corners}" ${fill}/>`);
    }
  }
  for (const { value } of picture.baselines) {
    const top = mapping.y(value);
    const dash = `stroke="${colors.textQuiet}" stroke-dasharray="${levelDash.join(' ')}"`;
    if (Number.isFinite(top)) parts.push(line(area.left, top, right, top, dash));
  }
  for (const { series, faint, points } of picture.lines) {
    const stroke = colorOf(colors, series.color);
    if (series.marks === true) {
      parts.push(dots(points, mapping, `fill="${stroke}"`));
      continue;
    }
    const dash = faint || series.dash.length === 0 ? '' : ` stroke-dasharray="${series.dash.join(' ')}"`;
    const style = faint ? `stroke-width="1" stroke-opacity="${faintOpacity}"` : 'stroke-width="1.5"';
    parts.push(`<path d="${pathOf(points, mapping)}" stroke="${stroke}" ${style}${dash}/>`);
    parts.push(dots(lonely(points), mapping, `fill="${stroke}"`));
  }
  for (const { series, x: left, y: top } of picture.best) {
    const stroke = `stroke="${colorOf(colors, series.color)}" stroke-width="2" fill="${colors.surface}"`;
    parts.push(`<circle cx="${at(mapping.x(left))}" cy="${at(mapping.y(top))}" r="4.5" ${stroke}/>`);
  }
  parts.push('</g>');
  const frame = `stroke="${colors.lineStrong}"`;
  parts.push(line(area.left, area.top, area.left, area.bottom, frame));
  parts.push(line(area.left, area.bottom, right, area.bottom, frame));
  text((area.left + right) / 2, area.height - 2, options.xLabel, `${quiet} text-anchor="middle"`);
  const middle = (area.top + area.bottom) / 2;
  text(10, middle, options.yLabel, `${quiet} text-anchor="middle" transform="rotate(-90 10 ${at(middle)})"`);

  const legend = legendItems(plot).map(({ label, color, dash }, index) => {
    const left = area.left + (index * (right - area.left)) / Math.max(1, legendItems(plot).length);
    const stroke = `stroke="${color === null ? colors.textQuiet : colorOf(colors, color)}" stroke-width="2"`;
    const dashes = dash.length === 0 ? '' : ` stroke-dasharray="${dash.join(' ')}"`;
    return `${line(left, 32, left + 20, 32, stroke + dashes)}<text x="${at(left + 26)}" y="36" fill="${colors.text}" font-size="11">${escapeXml(label)}</text>`;
  });
  const [width, height] = [area.width, area.height + header];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${at(width)}" height="${at(height)}" viewBox="0 0 ${at(width)} ${at(height)}" font-family="${escapeXml(colors.font.replaceAll('"', "'"))}">`,
    `<title>${escapeXml(title)}</title>`,
    `<defs><clipPath id="area"><rect x="${at(area.left)}" y="${at(area.top - 5)}" width="${at(right - area.left + 5)}" height="${at(area.bottom - area.top + 10)}"/></clipPath></defs>`,
    `<rect width="100%" height="100%" fill="${colors.surface}"/>`,
    `<text x="12" y="18" fill="${colors.text}" font-size="13" font-weight="600">${escapeXml(title)}</text>`,
    ...legend,
    `<g transform="translate(0 ${header})">`,
    ...parts,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

interface LegendItem {
  readonly label: string;
  /** Place in the set of colors; null for a level to compare with. */
  readonly color: number | null;
  readonly dash: readonly number[];
}

/** What the legend of a copied picture names: everything that is shown. */
export function legendItems({ options }: Plot): readonly LegendItem[] {
  const visible = ({ id }: { readonly id: string }) => !options.hidden.has(id);
  return [
    ...options.series.filter(visible).map(({ label, color, dash }) => ({ label, color, dash })),
    ...options.bands.filter(visible).map(({ label, color }) => ({ label, color, dash: [] })),
    ...options.baselines.filter(visible).map(({ label }) => ({ label, color: null, dash: levelDash })),
  ];
}

function at(pixels: number): string {
  return String(Number(pixels.toFixed(2)));
}

function line(x1: number, y1: number, x2: number, y2: number, style: string): string {
  return `<line x1="${at(x1)}" y1="${at(y1)}" x2="${at(x2)}" y2="${at(y2)}" ${style}/>`;
}

function dots(points: readonly DrawnPoint[], mapping: Mapping, style: string): string {
  return points
    .map(({ x, y }) => [mapping.x(x), mapping.y(y)] as const)
    .filter(([, top]) => Number.isFinite(top))
    .map(([left, top]) => `<circle cx="${at(left)}" cy="${at(top)}" r="2" ${style}/>`)
    .join('');
}

function pathOf(points: readonly DrawnPoint[], mapping: Mapping): string {
  let drawing = false;
  const commands: string[] = [];
  for (const { x, y } of points) {
    const top = mapping.y(y);
    if (Number.isFinite(top)) commands.push(`${drawing ? 'L' : 'M'}${at(mapping.x(x))} ${at(top)}`);
    drawing = Number.isFinite(top);
  }
  return commands.join('');
}

function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
