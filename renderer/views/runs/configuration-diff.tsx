import { type ReactNode, useMemo } from 'react';
import type { RunView } from '../../../engine/contract/rpc/runs.ts';
import { Loading } from '../../components/loading.tsx';
import { ScrollRegion } from '../../components/scroll-region.tsx';
import { useText } from '../../strings/text.ts';
import { useMetricName } from '../../strings/use-metric-name.ts';
import { useNumbers } from '../../strings/use-numbers.ts';
import { testMetrics } from './columns.ts';
import { differences } from './flatten.ts';
import styles from './runs.module.css';
import { useConfigurations } from './use-configurations.ts';

interface ConfigurationDiffProps {
  readonly project: string;
  readonly runs: readonly RunView[];
  /** How the curve of a run is drawn. */
  readonly swatch: (index: number) => ReactNode;
}

/** Settings and results of runs side by side; of the settings only those that differ. */
export function ConfigurationDiff({ project, runs, swatch }: ConfigurationDiffProps) {
  const text = useText();
  const numbers = useNumbers();
  const metricName = useMetricName();
  const ids = runs.map(({ record }) => record.id);
  const configurations = useConfigurations(project, ids);
  const complete = ids.every((id) => configurations.has(id));
  const key = ids.join('\n');
  const rows = useMemo(
    () => (complete ? differences(key.split('\n').map((id) => configurations.get(id))) : []),
    [complete, key, configurations],
  );
  const metrics = testMetrics(runs, 12);
  const header = (first: string) => (
    <thead>
      <tr>
        <th scope="col">{first}</th>
        {runs.map(({ record }, index) => (
          <th key={record.id} scope="col">
            <span className={styles.swatchName}>
              {swatch(index)}
              {record.name}
            </span>
          </th>
        ))}
      </tr>
    </thead>
  );
  return (
    <>
      <section className={styles.panel} aria-label={text('runs.diff')}>
        <h3>{text('runs.diff')}</h3>
        {!complete && <Loading />}
        {complete && rows.length === 0 && <p className="quiet">{text('runs.diffNone')}</p>}
        {rows.length > 0 && (
          <ScrollRegion label={text('runs.diff')}>
            <table className={styles.table}>
              {header(text('runs.diffSetting'))}
              <tbody>
                {rows.map(({ path, values }) => (
                  <tr key={path}>
                    <th scope="row" className="code">
                      {path}
                    </th>
                    {values.map((value, index) => (
                      <td
                        key={ids[index]}
                        className="code"
                        data-changed={JSON.stringify(value) !== JSON.stringify(values[0])}
                      >
                        {value === undefined ? (
                          <span className="quiet">{text('runs.diffMissing')}</span>
                        ) : (
                          JSON.stringify(value)
                        )}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollRegion>
        )}
      </section>
      {metrics.length > 0 && (
        <section className={styles.panel} aria-label={text('runs.results')}>
          <h3>{text('runs.results')}</h3>
          <ScrollRegion label={text('runs.results')}>
            <table className={styles.table}>
              {header(text('train.metric'))}
              <tbody>
                {metrics.map((metric) => (
                  <tr key={metric}>
                    <th scope="row">
                      {text('runs.onTest', { metric: metricName(metric.slice('test.'.length)) })}
                    </th>
                    {runs.map(({ record }) => (
                      <td key={record.id}>{numbers.number(record.metrics?.[metric] ?? null)}</td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollRegion>
        </section>
      )}
    </>
  );
}
