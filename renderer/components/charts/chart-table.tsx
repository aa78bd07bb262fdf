import { useMemo } from 'react';
import { nearestIndex } from '../../metrics/decimate.ts';
import { firstAtLeast } from '../../metrics/growing.ts';
import { useText } from '../../strings/text.ts';
import { ScrollRegion } from '../scroll-region.tsx';
import type { Range } from './group.ts';
import styles from './line-chart.module.css';
import type { PlotOptions } from './options.ts';

/** Rows at most: more nobody reads, and the file has them all. */
const mostRows = 200;

interface ChartTableProps {
  readonly title: string;
  readonly options: PlotOptions;
  readonly xName: string;
  readonly range: Range;
  readonly height: number;
}

/** What a chart shows, in numbers. */
export function ChartTable({ title, options, xName, range, height }: ChartTableProps) {
  const text = useText();
  const { xs, every } = useMemo(() => rowsOf(options, range), [options, range]);
  const cell = (value: number): string =>
    Number.isFinite(value) ? options.formatY(value) : text('charts.missing');
  return (
    <ScrollRegion label={title} height={height}>
      <table className={styles.table}>
        <caption className="only-read">{title}</caption>
        <thead>
          <tr>
            <th scope="col">{xName}</th>
            {options.series.map(({ id, label }) => (
              <th key={id} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {xs.map((x) => (
            <tr key={x}>
              <th scope="row">{options.formatX(x)}</th>
              {options.series.map(({ id, curve }) => {
                const index = nearestIndex(curve, x);
                return <td key={id}>{cell(curve.x.at(index) === x ? curve.y.at(index) : Number.NaN)}</td>;
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {every > 1 && <p className="quiet">{text('charts.tableEvery', { every })}</p>}
    </ScrollRegion>
  );
}

/** Every n-th x of the curve with the most points in the range. */
function rowsOf(options: PlotOptions, { from, to }: Range): { xs: readonly number[]; every: number } {
  let longest: Float64Array = new Float64Array(0);
  for (const { curve } of options.series) {
    const xs = curve.x.view().subarray(0, curve.length);
    const shown = xs.subarray(firstAtLeast(xs, from), firstAtLeast(xs, to + Number.EPSILON));
    if (shown.length > longest.length) longest = shown;
  }
  const every = Math.max(1, Math.ceil(longest.length / mostRows));
  return { xs: [...longest].filter((_, index) => index % every === 0), every };
}
