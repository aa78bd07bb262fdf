import { moreIsBetter, naiveValues } from '../../metrics/metric-names.ts';
import { useText } from '../../strings/text.ts';
import { useMetricName } from '../../strings/use-metric-name.ts';
import { useNumbers } from '../../strings/use-numbers.ts';
import styles from './train.module.css';

interface TestResultsProps {
  readonly metrics: Readonly<Record<string, number | null>>;
}

/** The finished model on the test part beside what could be had without a network. */
export function TestResults({ metrics }: TestResultsProps) {
  const text = useText();
  const numbers = useNumbers();
  const metricName = useMetricName();
  const own = Object.entries(metrics).flatMap(([key, value]) =>
    key.startsWith('test.') ? [{ metric: key.slice('test.'.length), value }] : [],
  );
  const naive = [
    ...new Set(own.flatMap(({ metric }) => naiveValues(metrics, metric).map(({ name }) => name))),
  ];
  if (own.length === 0) return null;
  const naiveName = (name: string): string =>
    name === 'last' || name === 'seasonal' || name === 'mean' || name === 'majority'
      ? text(naiveKeys[name])
      : name;
  const verdict = sentence();

  function sentence(): string | null {
    for (const { metric, value } of own) {
      const others = naiveValues(metrics, metric).filter((other) => other.value !== 0);
      if (value === null || others.length === 0 || metric === 'loss') continue;
      const rising = moreIsBetter(metric);
      const best = others.reduce((a, b) => (a.value < b.value === rising ? b : a));
      const gain = (rising ? value - best.value : best.value - value) / Math.abs(best.value);
      return `${metricName(metric)}: ${text(gain >= 0 ? 'train.testBetter' : 'train.testWorse', {
        percent: numbers.percent(Math.abs(gain)),
        name: naiveName(best.name),
      })}`;
    }
    return null;
  }

  return (
    <section className={styles.panel} aria-label={text('train.testMetrics')}>
      <header className={styles.panelHeader}>
        <h2>{text('train.testMetrics')}</h2>
        {verdict !== null && <span>{verdict}</span>}
      </header>
      <table className={styles.results}>
        <thead>
          <tr>
            <th scope="col">{text('train.metric')}</th>
            <th scope="col">{text('train.testModel')}</th>
            {naive.map((name) => (
              <th key={name} scope="col">
                {naiveName(name)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {own.map(({ metric, value }) => (
            <tr key={metric}>
              <th scope="row">{metricName(metric)}</th>
              <td className={styles.own}>{numbers.number(value)}</td>
              {naive.map((name) => (
                <td key={name}>{numbers.number(metrics[`naive.${name}.${metric}`] ?? null)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const naiveKeys = {
  last: 'train.naiveLast',
  seasonal: 'train.naiveSeasonal',
  mean: 'train.naiveMean',
  majority: 'train.naiveMajority',
} as const;
