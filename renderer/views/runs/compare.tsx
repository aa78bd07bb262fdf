import { NativeSelect } from '@mantine/core';
import { useComputedColorScheme } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { RunView } from '../../../engine/contract/rpc/runs.ts';
import { PlotGroup } from '../../components/charts/group.ts';
import { Swatch } from '../../components/charts/legend.tsx';
import { LineChart } from '../../components/charts/line-chart.tsx';
import type { PlotSeries } from '../../components/charts/options.ts';
import { formatTick } from '../../components/charts/ticks.ts';
import { Empty } from '../../components/empty.tsx';
import { useRunMetrics, useSlowly } from '../../components/run-metrics.ts';
import { SmoothingSlider } from '../../components/smoothing-slider.tsx';
import { bareMetric, moreIsBetter } from '../../metrics/metric-names.ts';
import type { RunMetrics } from '../../metrics/run-metrics.ts';
import { useChoice } from '../../state/workbench.tsx';
import { type Text, useText } from '../../strings/text.ts';
import { useMetricName } from '../../strings/use-metric-name.ts';
import { useNumbers } from '../../strings/use-numbers.ts';
import { seriesColor } from '../../theme/series.ts';
import { ConfigurationDiff } from './configuration-diff.tsx';
import styles from './runs.module.css';

interface CompareProps {
  readonly project: string;
  readonly runs: readonly RunView[];
}

const trainingSteps = 'steps';
/** After the six colors have been used, the dash tells runs apart. */
const dashes: readonly (readonly number[])[] = [[], [6, 3], [2, 3], [8, 3, 2, 3]];

function dashOf(index: number): readonly number[] {
  return dashes[Math.floor(index / 6) % dashes.length] ?? [];
}

/** Runs over each other: curves, results, and what differs in their configurations. */
export function Compare({ project, runs }: CompareProps) {
  const text = useText();
  const numbers = useNumbers();
  const metricName = useMetricName();
  const smoothing = useChoice((state) => state.smoothing);
  const scheme = useComputedColorScheme('light');
  const [metric, setMetric] = useState('validation.loss');
  const key = runs.map(({ record }) => record.id).join('\n');
  const ids = useMemo(() => (key === '' ? [] : key.split('\n')), [key]);
  const followed = useRunMetrics(project, ids);
  useSlowly(followed);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another metric or selection has another range.
  const group = useMemo(() => new PlotGroup(), [key, metric]);
  const known = [
    ...new Set(
      followed.flatMap((metrics) => metrics.epochMetrics.filter((name) => !name.startsWith('gates.'))),
    ),
  ];
  const shown = metric === trainingSteps || known.includes(metric) ? metric : (known[0] ?? trainingSteps);
  const names = runs.map(({ record }) => record.name).join('\n');
  const series = useMemo(() => seriesOf(followed, names.split('\n'), shown), [followed, names, shown]);
  if (runs.length === 0) return <Empty>{text('runs.compareEmpty')}</Empty>;
  return (
    <div className={styles.stack}>
      <div className={styles.tools}>
        <NativeSelect
          label={text('runs.curveMetric')}
          data={[
            { value: trainingSteps, label: text('runs.trainingLoss') },
            ...known.map((name) => ({ value: name, label: metricLabel(name, text, metricName) })),
          ]}
          value={shown}
          onChange={({ currentTarget }) => setMetric(currentTarget.value)}
        />
        {shown === trainingSteps && <SmoothingSlider />}
      </div>
      <LineChart
        group={group}
        sources={followed}
        title={shown === trainingSteps ? text('runs.trainingLoss') : metricLabel(shown, text, metricName)}
        series={series}
        smoothing={smoothing}
        xLabel={text('train.axisStep')}
        xName={text('train.axisStep')}
        yLabel={shown === trainingSteps ? text('train.axisLoss') : metricName(bareMetric(shown))}
        formatX={numbers.count}
        formatY={numbers.number}
        formatYTick={formatTick}
        height={320}
      />
      <ConfigurationDiff
        project={project}
        runs={runs}
        swatch={(index) => <Swatch color={seriesColor(scheme, index)} dash={dashOf(index)} kind="line" />}
      />
    </div>
  );
}

function metricLabel(name: string, text: Text, metricName: (metric: string) => string): string {
  const part = name.split('.')[0];
  const known = part === 'train' || part === 'validation' || part === 'test' ? part : null;
  return known === null
    ? name
    : text('runs.partMetric', { part: text(`common.${known}`), metric: metricName(bareMetric(name)) });
}

function seriesOf(
  followed: readonly RunMetrics[],
  names: readonly string[],
  metric: string,
): readonly PlotSeries[] {
  return followed.map((metrics, index) => ({
    id: String(index),
    label: names[index] ?? '',
    curve: metric === trainingSteps ? metrics.loss : metrics.epochCurve(metric),
    color: index,
    dash: dashOf(index),
    smooth: metric === trainingSteps,
    ...(metric === trainingSteps
      ? {}
      : { best: moreIsBetter(metric) ? ('highest' as const) : ('lowest' as const) }),
  }));
}
