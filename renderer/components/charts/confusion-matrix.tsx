import { formatCount, formatNumber } from '../../strings/numbers.ts';
import { useText } from '../../strings/text.ts';
import { ScrollRegion } from '../scroll-region.tsx';
import { colorAt } from './color-map.ts';
import styles from './confusion-matrix.module.css';
import chartStyles from './line-chart.module.css';

interface ConfusionMatrixProps {
  readonly title: string;
  readonly names: readonly string[];
  /** [truth][prediction] */
  readonly counts: readonly (readonly number[])[];
}

/** How often each class was taken for each other: shares of the row as colors, counts as numbers. */
export function ConfusionMatrix({ title, names, counts }: ConfusionMatrixProps) {
  const text = useText();
  return (
    <section className={chartStyles.chart} aria-label={title}>
      <h3 className={chartStyles.title}>{title}</h3>
      <ScrollRegion className={styles.frame} label={title}>
        <table className={styles.matrix}>
          <thead>
            <tr>
              <th scope="col" className={styles.corner}>
                {text('charts.matrixTruth')} \ {text('charts.matrixPrediction')}
              </th>
              {names.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
              <th scope="col" className={styles.rate}>
                {text('charts.recall')}
              </th>
            </tr>
          </thead>
          <tbody>
            {names.map((truth, row) => {
              const total = (counts[row] ?? []).reduce((sum, count) => sum + count, 0);
              const right = counts[row]?.[row] ?? 0;
              return (
                <tr key={truth}>
                  <th scope="row">{truth}</th>
                  {names.map((prediction, column) => {
                    const count = counts[row]?.[column] ?? 0;
                    const share = total === 0 ? 0 : count / total;
                    const label = text('charts.matrixCell', {
                      count: formatCount(count),
                      total: formatCount(total),
                      truth,
                      prediction,
                      percent: `${formatNumber(100 * share)} %`,
                    });
                    return (
                      <td key={prediction} title={label} style={cellStyle(share)} data-right={row === column}>
                        {formatCount(count)}
                      </td>
                    );
                  })}
                  <td className={styles.rate}>
                    {total === 0 ? '–' : `${formatNumber((100 * right) / total)} %`}
                  </td>
                </tr>
              );
            })}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{text('charts.precision')}</th>
              {names.map((name, column) => {
                const total = counts.reduce((sum, row) => sum + (row[column] ?? 0), 0);
                const right = counts[column]?.[column] ?? 0;
                return (
                  <td key={name} className={styles.rate}>
                    {total === 0 ? '–' : `${formatNumber((100 * right) / total)} %`}
                  </td>
                );
              })}
              <td />
            </tr>
          </tfoot>
        </table>
      </ScrollRegion>
    </section>
  );
}

/** Text on a color: black or white, whichever has the greater contrast (WCAG relative luminance). */
function cellStyle(share: number): { readonly background: string; readonly color: string } {
  const color = colorAt('sequential', share);
  const [red, green, blue] = color.map((channel) => {
    const value = channel / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
  return { background: `rgb(${color.join(' ')})`, color: luminance > 0.179 ? '#000' : '#fff' };
}
