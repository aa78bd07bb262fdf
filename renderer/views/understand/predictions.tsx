import { NativeSelect } from '@mantine/core';
import { useState } from 'react';
import type { Experiment } from '../../../engine/contract/experiment.ts';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { Loading } from '../../components/loading.tsx';
import { lastValue, useAsync } from '../../state/async.ts';
import { useWorkbench } from '../../state/workbench.tsx';
import { useText } from '../../strings/text.ts';
import { useMetricName } from '../../strings/use-metric-name.ts';
import { useNumbers } from '../../strings/use-numbers.ts';
import { ClassCharts } from './class-charts.tsx';
import type { Selection } from './understand.tsx';
import styles from './understand.module.css';
import { ValueCharts } from './value-charts.tsx';
import { WorstSamples } from './worst-samples.tsx';

interface PredictionsProps {
  readonly selection: Selection;
  readonly onLook: (sample: number) => void;
}

/** What the network predicts of a part of the data, and where it is wrong. */
export function Predictions({ selection, onLook }: PredictionsProps) {
  const text = useText();
  const numbers = useNumbers();
  const metricName = useMetricName();
  const { workbench } = useWorkbench().connection;
  const [target, setTarget] = useState(0);
  const [step, setStep] = useState(0);
  const { project, run } = selection;
  const [configuration] = useAsync(`${project}/${run}`, (signal) =>
    workbench.runs.configuration({ project, run }, { signal }),
  );
  const [loaded, again] = useAsync(
    [project, run, selection.part, selection.checkpoint, target, step].join('\n'),
    (signal) => workbench.models.understand({ ...selection, target, step }, { signal }),
  );
  const experiment = lastValue(configuration)?.experiment ?? null;
  const targets = experiment === null ? [] : targetsOf(experiment);
  const horizon = experiment?.task === 'forecast' ? experiment.data.horizon : 1;
  const value = lastValue(loaded);
  return (
    <div className={styles.screen} style={{ padding: 0 }}>
      {(targets.length > 1 || horizon > 1) && (
        <div className={styles.toolbar}>
          {targets.length > 1 && (
            <NativeSelect
              label={text('understand.target')}
              data={targets.map((name, index) => ({ value: String(index), label: name }))}
              value={String(target)}
              onChange={({ currentTarget }) => setTarget(Number(currentTarget.value))}
            />
          )}
          {horizon > 1 && (
            <NativeSelect
              label={text('understand.horizon')}
              data={Array.from({ length: horizon }, (_, index) => ({
                value: String(index),
                label: numbers.count(index + 1),
              }))}
              value={String(step)}
              onChange={({ currentTarget }) => setStep(Number(currentTarget.value))}
            />
          )}
        </div>
      )}
      {loaded.status === 'failed' && <FaultNotice fault={loaded.fault} onRetry={again} />}
      {value === null && loaded.status !== 'failed' && <Loading />}
      {value !== null && loaded.status !== 'failed' && (
        <div
          className={loaded.status === 'loading' ? `${styles.screen} ${styles.stale}` : styles.screen}
          style={{ padding: 0 }}
          aria-busy={loaded.status === 'loading'}
        >
          <dl className={styles.metrics} aria-label={text('understand.metrics')}>
            {Object.entries(value.metrics)
              .filter(([name]) => !name.startsWith('naive.'))
              .map(([name, metric]) => (
                <div key={name}>
                  <dt>{metricName(name)}</dt>
                  <dd>{numbers.number(metric)}</dd>
                </div>
              ))}
            <div>
              <dt>{text('understand.sample')}</dt>
              <dd>
                {text('understand.samples', { count: value.samples, text: numbers.count(value.samples) })}
              </dd>
            </div>
          </dl>
          {value.values !== null && <ValueCharts values={value.values} />}
          {value.classes !== null && <ClassCharts classes={value.classes} />}
          {value.worst.length > 0 && <WorstSamples samples={value.worst} onLook={onLook} />}
        </div>
      )}
    </div>
  );
}

function targetsOf({ data }: Experiment): readonly string[] {
  return data.columns
    .filter(({ role }) => role === 'target' || role === 'featureAndTarget')
    .map(({ name }) => name);
}
