import { useMemo } from 'react';
import type { Understanding } from '../../../engine/contract/rpc/runs.ts';
import { ConfusionMatrix } from '../../components/charts/confusion-matrix.tsx';
import { PlotGroup } from '../../components/charts/group.ts';
import { LineChart } from '../../components/charts/line-chart.tsx';
import type { PlotSeries } from '../../components/charts/options.ts';
import { formatTick } from '../../components/charts/ticks.ts';
import { Curve } from '../../metrics/curve.ts';
import { useText } from '../../strings/text.ts';
import { useNumbers } from '../../strings/use-numbers.ts';
import styles from './understand.module.css';

type Classes = NonNullable<Understanding['classes']>;
type NamedCurve = Classes['roc'][number];

interface ClassChartsProps {
  readonly classes: Classes;
}

const noSources = [] as const;
const shares = { from: 0, to: 1.02 } as const;
const dashes = [[], [6, 3], [2, 3], [8, 3, 2, 3]] as const;

/** Which classes are taken for which, and what a threshold would trade. */
export function ClassCharts({ classes }: ClassChartsProps) {
  const text = useText();
  const numbers = useNumbers();
  // biome-ignore lint/correctness/useExhaustiveDependencies: other values have another range.
  const groups = useMemo(() => ({ roc: new PlotGroup(), precision: new PlotGroup() }), [classes]);
  const series = useMemo(() => {
    const label = ({ name, area }: NamedCurve) =>
      area === null ? name : text('understand.curveArea', { name, area: numbers.number(area) });
    const chance: PlotSeries = {
      id: 'chance',
      label: text('understand.chance'),
      curve: curveOf([0, 1], [0, 1]),
      color: 3,
      dash: [2, 3],
      smooth: false,
    };
    return {
      roc: [...seriesOf(classes.roc, label), chance],
      precision: seriesOf(classes.precisionRecall, label),
    };
  }, [classes, text, numbers]);
  const common = {
    sources: noSources,
    formatX: numbers.number,
    formatY: numbers.number,
    formatYTick: formatTick,
    logarithm: false,
    yRange: shares,
    height: 280,
  };
  return (
    <>
      <ConfusionMatrix
        title={text('understand.confusion')}
        names={classes.names}
        counts={classes.confusion}
      />
      <div className={styles.pair}>
        <LineChart
          {...common}
          group={groups.roc}
          title={text('understand.roc')}
          series={series.roc}
          xLabel={text('understand.falsePositives')}
          xName={text('understand.falsePositives')}
          yLabel={text('understand.truePositives')}
        />
        <LineChart
          {...common}
          group={groups.precision}
          title={text('understand.precisionRecall')}
          series={series.precision}
          xLabel={text('understand.recall')}
          xName={text('understand.recall')}
          yLabel={text('understand.precision')}
        />
      </div>
    </>
  );
}

function seriesOf(
  curves: readonly NamedCurve[],
  label: (curve: NamedCurve) => string,
): readonly PlotSeries[] {
  return curves.map((curve, index) => ({
    id: `${index} ${curve.name}`,
    label: label(curve),
    curve: curveOf(curve.x, curve.y),
    color: index,
    dash: dashes[Math.floor(index / 6) % dashes.length] ?? [],
    smooth: false,
  }));
}

/** A curve over a rising x, whichever way it was told. */
function curveOf(xs: readonly number[], ys: readonly number[]): Curve {
  const falling = (xs[0] ?? 0) > (xs.at(-1) ?? 0);
  const curve = new Curve();
  curve.x.append(falling ? [...xs].reverse() : xs);
  curve.append(falling ? [...ys].reverse() : ys);
  return curve;
}
