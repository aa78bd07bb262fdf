import { useState } from 'react';
import { formatCount, formatNumber } from '../../strings/numbers.ts';
import { useText } from '../../strings/text.ts';
import { ScrollRegion } from '../scroll-region.tsx';
import styles from './histogram.module.css';
import chartStyles from './line-chart.module.css';

interface HistogramProps {
  readonly title: string;
  readonly xLabel: string;
  /** One more than counts. */
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

const height = 150;

/** Counts of values in bins, as bars or as a table. */
export function Histogram({ title, xLabel, edges, counts }: HistogramProps) {
  const text = useText();
  const [asTable, setAsTable] = useState(false);
  const [pointed, setPointed] = useState<number | null>(null);
  const most = Math.max(1, ...counts);
  const first = edges[0] ?? 0;
  const last = edges.at(-1) ?? 1;
  const sentence = (bin: number): string =>
    text('charts.barCell', {
      from: formatNumber(edges[bin] ?? 0),
      to: formatNumber(edges[bin + 1] ?? 0),
      count: formatCount(counts[bin] ?? 0),
    });
  const move = (key: string): boolean => {
    const step = key === 'ArrowLeft' ? -1 : key === 'ArrowRight' ? 1 : 0;
    if (step === 0) return false;
    setPointed(Math.min(counts.length - 1, Math.max(0, (pointed ?? (step > 0 ? -1 : counts.length)) + step)));
    return true;
  };
  return (
    <section className={chartStyles.chart} aria-label={title}>
      <header className={chartStyles.header}>
        <h3 className={chartStyles.title}>{title}</h3>
        <button
          type="button"
          className={chartStyles.toggle}
          aria-label={text(asTable ? 'charts.chartOf' : 'charts.tableOf', { chart: title })}
          onClick={() => setAsTable(!asTable)}
        >
          {text(asTable ? 'charts.showChart' : 'charts.showTable')}
        </button>
      </header>
      {asTable ? (
        <ScrollRegion label={title} height={height + 40}>
          <table className={chartStyles.table}>
            <thead>
              <tr>
                <th scope="col">{text('charts.from')}</th>
                <th scope="col">{text('charts.to')}</th>
                <th scope="col">{text('charts.count')}</th>
              </tr>
            </thead>
            <tbody>
              {counts.map((count, bin) => (
                <tr key={edges[bin]}>
                  <th scope="row">{formatNumber(edges[bin] ?? 0)}</th>
                  <td>{formatNumber(edges[bin + 1] ?? 0)}</td>
                  <td>{formatCount(count)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      ) : (
        <>
          <div
            className={styles.bars}
            style={{ height }}
            role="img"
            // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys read the bars.
            tabIndex={0}
            aria-label={text('charts.barsKeys', { chart: title })}
            onPointerLeave={() => setPointed(null)}
            onBlur={() => setPointed(null)}
            onKeyDown={(event) => {
              if (move(event.key)) event.preventDefault();
            }}
          >
            {counts.map((count, bin) => (
              <div key={edges[bin]} className={styles.slot} onPointerEnter={() => setPointed(bin)}>
                <div
                  className={styles.bar}
                  data-pointed={pointed === bin}
                  style={{ height: `${(100 * count) / most}%` }}
                />
              </div>
            ))}
          </div>
          <div className={styles.axis} aria-hidden="true">
            <span>{formatNumber(first)}</span>
            <span>{xLabel}</span>
            <span>{formatNumber(last)}</span>
          </div>
        </>
      )}
      <output className={styles.readout}>{pointed === null ? '' : sentence(pointed)}</output>
    </section>
  );
}
