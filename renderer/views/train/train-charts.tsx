import { NativeSelect } from '@mantine/core';
import { useMemo, useState } from 'react';
import { PlotGroup } from '../../components/charts/group.ts';
import { LineChart } from '../../components/charts/line-chart.tsx';
import type { PlotBaseline, PlotSeries } from '../../components/charts/options.ts';
import { formatTick } from '../../components/charts/ticks.ts';
import { bareMetric, moreIsBetter, naiveValues } from '../../metrics/metric-names.ts';
import type { RunMetrics } from '../../metrics/run-metrics.ts';
import { useChoice } from '../../state/workbench.tsx';
import { type Text, useText } from '../../strings/text.ts';
import { useMetricName } from '../../strings/use-metric-name.ts';
import { useNumbers } from '../../strings/use-numbers.ts';
import { partStyles } from '../../theme/series.ts';
import { SmoothingSlider } from '../../components/smoothing-slider.tsx';
import styles from './train.module.css';

interface TrainChartsProps {
  readonly metrics: RunMetrics;
  readonly clippingThreshold: number | null;
}

/** Everything measured of one run, over a common axis of steps. */
export function TrainCharts({ metrics, clippingThreshold }: TrainChartsProps) {
  const text = useText();
  const numbers = useNumbers();
  const metricName = useMetricName();
  const smoothing = useChoice((state) => state.smoothing);
  const [chosenMetric, setChosenMetric] = useState<string | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another run has its own range.
  const group = useMemo(() => new PlotGroup(), [metrics]);
  const sources = useMemo(() => [metrics], [metrics]);
  // Names appear with the first epoch and stay.
  const names = metrics.epochMetrics.join(' ');
  const others = useMemo(
    () =>
      [
        ...new Set(
          names
            .split(' ')
            .filter((name) => name.startsWith('validation.'))
            .map(bareMetric),
        ),
      ].filter((name) => name !== 'loss'),
    [names],
  );
  const metric = chosenMetric !== null && others.includes(chosenMetric) ? chosenMetric : (others[0] ?? null);
  const common = {
    group,
    sources,
    smoothing,
    xLabel: text('train.axisStep'),
    xName: text('train.axisStep'),
    formatX: numbers.count,
  };
  const loss = useMemo(() => lossSeries(metrics, names, text), [metrics, names, text]);
  const metricSeries = useMemo(
    () => (metric === null ? [] : partSeries(metrics, metric, names, text)),
    [metrics, metric, names, text],
  );
  const lossBaselines = useSame(baselinesOf(metrics, 'loss', text));
  const metricBaselines = useSame(metric === null ? [] : baselinesOf(metrics, metric, text));
  const rate = useMemo<PlotSeries[]>(
    () => [
      {
        id: 'rate',
        label: text('train.seriesRate'),
        curve: metrics.learningRate,
        color: 3,
        dash: [],
        smooth: false,
      },
    ],
    [metrics, text],
  );
  const norm = useMemo<PlotSeries[]>(
    () => [
      {
        id: 'norm',
        label: text('train.seriesNorm'),
        curve: metrics.gradientNorm,
        color: 0,
        dash: [],
        smooth: true,
      },
      {
        id: 'clipped',
        label: text('train.seriesClipped'),
        curve: metrics.clipped,
        color: 1,
        dash: [],
        smooth: false,
        marks: true,
      },
    ],
    [metrics, text],
  );
  const threshold = useMemo<PlotBaseline[]>(
    () =>
      clippingThreshold === null
        ? []
        : [{ id: 'threshold', label: text('train.seriesThreshold'), value: clippingThreshold }],
    [clippingThreshold, text],
  );
  const speed = useMemo<PlotSeries[]>(
    () => [
      {
        id: 'speed',
        label: text('train.seriesSpeed'),
        curve: metrics.throughput,
        color: 2,
        dash: [],
        smooth: true,
      },
    ],
    [metrics, text],
  );
  const gates = useMemo(() => gateSeries(metrics, names, text), [metrics, names, text]);
  return (
    <>
      <div className={styles.chartTools}>
        <SmoothingSlider />
        {others.length > 1 && metric !== null && (
          <NativeSelect
            aria-label={text('train.metric')}
            data={others.map((name) => ({ value: name, label: metricName(name) }))}
            value={metric}
            onChange={({ currentTarget }) => setChosenMetric(currentTarget.value)}
          />
        )}
      </div>
      <div className={styles.charts}>
        <div className={styles.wide}>
          <LineChart
            {...common}
            title={text('train.chartLoss')}
            series={loss}
            baselines={lossBaselines}
            yLabel={text('train.axisLoss')}
            formatY={numbers.number}
            formatYTick={formatTick}
            height={260}
          />
        </div>
        {metric !== null && (
          <LineChart
            {...common}
            title={text('train.chartMetric', { metric: metricName(metric) })}
            series={metricSeries}
            baselines={metricBaselines}
            yLabel={metricName(metric)}
            formatY={numbers.number}
            formatYTick={formatTick}
          />
        )}
        <LineChart
          {...common}
          title={text('train.chartNorm')}
          series={norm}
          baselines={threshold}
          yLabel={text('train.seriesNorm')}
          formatY={numbers.number}
          formatYTick={formatTick}
          startLogarithmic
        />
        <LineChart
          {...common}
          title={text('train.chartRate')}
          series={rate}
          yLabel={text('train.seriesRate')}
          formatY={numbers.number}
          formatYTick={formatTick}
        />
        <LineChart
          {...common}
          title={text('train.chartSpeed')}
          series={speed}
          yLabel={text('train.axisSpeed')}
          formatY={numbers.number}
          formatYTick={formatTick}
        />
        {gates.length > 0 && (
          <LineChart
            {...common}
            title={text('train.chartGates')}
            series={gates}
            yLabel={text('train.axisShare')}
            formatY={numbers.number}
            formatYTick={formatTick}
            yRange={shares}
            logarithm={false}
          />
        )}
      </div>
    </>
  );
}

/** The same object as long as it says the same, so that charts are not set up anew for nothing. */
function useSame<T>(value: T): T {
  const [kept, setKept] = useState(value);
  const same = JSON.stringify(kept) === JSON.stringify(value);
  if (!same) setKept(value);
  return same ? kept : value;
}

const shares = { from: 0, to: 1 } as const;

function lossSeries(metrics: RunMetrics, names: string, text: Text): readonly PlotSeries[] {
  const training: PlotSeries = {
    id: 'train',
    label: text('train.seriesTraining'),
    curve: metrics.loss,
    ...partStyles.train,
    smooth: true,
  };
  if (!names.split(' ').includes('validation.loss')) return [training];
  return [
    training,
    {
      id: 'validation',
      label: text('train.seriesValidation'),
      curve: metrics.epochCurve('validation.loss'),
      ...partStyles.validation,
      smooth: false,
      best: 'lowest',
    },
  ];
}

function partSeries(metrics: RunMetrics, metric: string, names: string, text: Text): readonly PlotSeries[] {
  const known = new Set(names.split(' '));
  return (['train', 'validation'] as const)
    .filter((part) => known.has(`${part}.${metric}`))
    .map((part) => ({
      id: part,
      label: text(part === 'train' ? 'train.seriesTraining' : 'train.seriesValidation'),
      curve: metrics.epochCurve(`${part}.${metric}`),
      ...partStyles[part],
      smooth: false,
      ...(part === 'validation'
        ? { best: moreIsBetter(metric) ? ('highest' as const) : ('lowest' as const) }
        : {}),
    }));
}

function gateSeries(metrics: RunMetrics, names: string, text: Text): readonly PlotSeries[] {
  const known = new Set(names.split(' '));
  return (['update', 'reset'] as const)
    .filter((gate) => known.has(`gates.${gate}.saturation`))
    .map((gate, index) => ({
      id: gate,
      label: text(gate === 'update' ? 'train.gateUpdate' : 'train.gateReset'),
      curve: metrics.epochCurve(`gates.${gate}.saturation`),
      color: index,
      dash: index === 0 ? [] : [6, 3],
      smooth: false,
    }));
}

const naiveKeys = {
  last: 'train.naiveLast',
  seasonal: 'train.naiveSeasonal',
  mean: 'train.naiveMean',
  majority: 'train.naiveMajority',
} as const;

/** Naive forecasts of the validation part, told when the run begins; until then those of the test part, once it ended. */
function baselinesOf(metrics: RunMetrics, metric: string, text: Text): readonly PlotBaseline[] {
  const begun = metrics.events.findLast((event) => event.event === 'run');
  const told = begun?.baselines === undefined ? [] : naiveValues(begun.baselines, metric);
  const onTest = told.length === 0;
  const values = onTest ? naiveValues(metrics.view?.record.metrics ?? {}, metric) : told;
  return values.map(({ name, value }) => {
    const label = name in naiveKeys ? text(naiveKeys[name as keyof typeof naiveKeys]) : name;
    return { id: `naive ${name}`, label: onTest ? text('train.naiveOnTest', { name: label }) : label, value };
  });
}
