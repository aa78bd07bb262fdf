import { useMemo } from 'react';
import type { Understanding } from '../../../engine/contract/rpc/runs.ts';
import { PlotGroup } from '../../components/charts/group.ts';
import { Histogram } from '../../components/charts/histogram.tsx';
import { LineChart } from '../../components/charts/line-chart.tsx';
import { formatTick } from '../../components/charts/ticks.ts';
import { Curve } from '../../metrics/curve.ts';
import { growingFloat64 } from '../../metrics/growing.ts';
import { unpackFloat32 } from '../../rpc/packed.ts';
import { useText } from '../../strings/text.ts';
import { useNumbers } from '../../strings/use-numbers.ts';
import styles from './understand.module.css';

type Values = NonNullable<Understanding['values']>;

interface ValueChartsProps {
  readonly values: Values;
}

const noSources = [] as const;

/** Predictions of one target over the samples in the order of time, their errors, and how the errors are spread. */
export function ValueCharts({ values }: ValueChartsProps) {
  const text = useText();
  const numbers = useNumbers();
  const curves = useMemo(() => curvesOf(values), [values]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: other values have another range.
  const groups = useMemo(() => ({ time: new PlotGroup(), scatter: new PlotGroup() }), [values]);
  const name = values.unit === null ? values.target : `${values.target} (${values.unit})`;
  const series = useMemo(
    () => [
      {
        id: 'truth',
        label: text('understand.seriesTruth'),
        curve: curves.truth,
        color: 0,
        dash: [],
        smooth: false,
      },
      {
        id: 'prediction',
        label: text('understand.seriesPrediction'),
        curve: curves.prediction,
        color: 1,
        dash: [6, 3],
        smooth: false,
      },
    ],
    [curves, text],
  );
  const bands = useMemo(
    () =>
      curves.band === null
        ? []
        : [
            {
              id: 'band',
              label: text(values.lower === null ? 'understand.bandResidual' : 'understand.bandQuantile'),
              ...curves.band,
              color: 1,
            },
          ],
    [curves, values, text],
  );
  const residuals = useMemo(
    () => [
      {
        id: 'residual',
        label: text('understand.seriesResidual'),
        curve: curves.residual,
        color: 3,
        dash: [],
        smooth: false,
      },
    ],
    [curves, text],
  );
  const zero = useMemo(
    () => [{ id: 'zero', label: text('understand.zero'), value: 0, unnamed: true }],
    [text],
  );
  const scatter = useMemo(
    () => [
      {
        id: 'points',
        label: text('understand.seriesPrediction'),
        curve: curves.scatter,
        color: 1,
        dash: [],
        smooth: false,
        marks: true,
        markSize: 4,
      },
      {
        id: 'perfect',
        label: text('understand.seriesPerfect'),
        curve: curves.perfect,
        color: 0,
        dash: [],
        smooth: false,
      },
    ],
    [curves, text],
  );
  const formatX = useMemo(() => {
    const times = values.times;
    return (x: number) => (Number.isInteger(Math.round(x)) ? (times[Math.round(x)] ?? numbers.count(x)) : '');
  }, [values, numbers]);
  const common = { sources: noSources, formatY: numbers.number, formatYTick: formatTick, logarithm: false };
  return (
    <>
      <LineChart
        {...common}
        group={groups.time}
        title={text('understand.chartValues', { target: name })}
        series={series}
        bands={bands}
        xLabel={text('understand.sampleAxis')}
        xName={text('understand.sampleAxis')}
        yLabel={name}
        formatX={formatX}
        height={280}
      />
      <LineChart
        {...common}
        group={groups.time}
        title={text('understand.chartResiduals')}
        series={residuals}
        baselines={zero}
        xLabel={text('understand.sampleAxis')}
        xName={text('understand.sampleAxis')}
        yLabel={text('understand.residualLabel')}
        formatX={formatX}
        height={160}
      />
      <div className={styles.pair}>
        <LineChart
          {...common}
          group={groups.scatter}
          title={text('understand.chartScatter')}
          series={scatter}
          xLabel={text('understand.seriesTruth')}
          xName={text('understand.seriesTruth')}
          yLabel={text('understand.seriesPrediction')}
          formatX={numbers.number}
          height={240}
        />
        <Histogram
          title={text('understand.chartHistogram')}
          xLabel={text('understand.residualLabel')}
          edges={values.residualHistogram.edges}
          counts={values.residualHistogram.counts}
        />
      </div>
    </>
  );
}

interface ValueCurves {
  readonly truth: Curve;
  readonly prediction: Curve;
  readonly residual: Curve;
  readonly band: { readonly lower: Curve; readonly upper: Curve } | null;
  /** Predictions over the truth, in the order of the truth. */
  readonly scatter: Curve;
  readonly perfect: Curve;
}

function curvesOf(values: Values): ValueCurves {
  const truth = unpackFloat32(values.truth);
  const prediction = unpackFloat32(values.prediction);
  const x = growingFloat64();
  x.append(truth.map((_, index) => index));
  const over = (ys: ArrayLike<number>): Curve => {
    const curve = new Curve(x);
    curve.append(ys);
    return curve;
  };
  const half = values.residualBand;
  const lower = values.lower === null ? null : unpackFloat32(values.lower);
  const upper = values.upper === null ? null : unpackFloat32(values.upper);
  const band =
    lower !== null && upper !== null
      ? { lower: over(lower), upper: over(upper) }
      : half === null
        ? null
        : { lower: over(prediction.map((y) => y - half)), upper: over(prediction.map((y) => y + half)) };
  const order = [...truth.keys()]
    .filter((index) => Number.isFinite(truth[index]))
    .sort((a, b) => (truth[a] as number) - (truth[b] as number));
  const scatter = new Curve();
  scatter.x.append(order.map((index) => truth[index] as number));
  scatter.append(order.map((index) => prediction[index] as number));
  const ends = [order[0], order.at(-1)].map((index) => (index === undefined ? 0 : (truth[index] as number)));
  const perfect = new Curve();
  perfect.x.append(ends);
  perfect.append(ends);
  return {
    truth: over(truth),
    prediction: over(prediction),
    residual: over(prediction.map((y, index) => y - (truth[index] as number))),
    band,
    scatter,
    perfect,
  };
}
