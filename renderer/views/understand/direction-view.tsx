import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import { useEffect, useMemo } from 'react';
import type { InspectionView } from '../../../engine/contract/rpc/runs.ts';
import { CellCursor } from '../../components/charts/cell-cursor.ts';
import { PlotGroup } from '../../components/charts/group.ts';
import { HeatMap } from '../../components/charts/heat-map.tsx';
import { LineChart } from '../../components/charts/line-chart.tsx';
import { gradientFlow, saturatedShares } from '../../components/charts/step-summary.ts';
import { formatTick } from '../../components/charts/ticks.ts';
import { Curve } from '../../metrics/curve.ts';
import { unpackFloat32 } from '../../rpc/packed.ts';
import { type Text, useText } from '../../strings/text.ts';
import { type Numbers, useNumbers } from '../../strings/use-numbers.ts';
import styles from './understand.module.css';

type Direction = InspectionView['directions'][number];

interface DirectionViewProps {
  readonly inspection: InspectionView;
  readonly direction: Direction;
}

const noSources = [] as const;

/** One direction of one layer with one sample: gates, candidate and state through time, and the gradient on its way back. */
export function DirectionView({ inspection, direction }: DirectionViewProps) {
  const text = useText();
  const numbers = useNumbers();
  const { timesteps, labels } = inspection;
  const { units } = direction;
  const cursor = useMemo(() => new CellCursor(), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another sample has another length.
  const group = useMemo(() => new PlotGroup(), [inspection]);
  useEffect(() => linkPointers(cursor, group), [cursor, group]);
  const values = useMemo(() => unpackAll(direction), [direction]);
  const gradient = useMemo(() => {
    if (values.gradient === null) return null;
    // A logarithmic axis has no place for 0: nothing arrived there.
    const curve = overTime(values.gradient.map((norm) => (norm > 0 ? norm : Number.NaN)));
    return [
      { id: 'norm', label: text('understand.gradientSeries'), curve, color: 0, dash: [], smooth: false },
    ];
  }, [values, text]);
  const attention = useMemo(
    () =>
      inspection.attention === null
        ? null
        : [
            {
              id: 'attention',
              label: text('understand.attentionSeries'),
              curve: overTime(unpackFloat32(inspection.attention)),
              color: 2,
              dash: [],
              smooth: false,
            },
          ],
    [inspection, text],
  );
  const map = { timesteps, units, labels, cursor };
  const chart = {
    group,
    sources: noSources,
    xLabel: text('understand.timestep'),
    xName: text('understand.timestep'),
    formatX: (x: number) => timestepText(x, labels, numbers),
    formatY: numbers.number,
    formatYTick: formatTick,
    height: 180,
  };
  const largest = Math.max(1, ...values.state.map(Math.abs));
  const largestCandidate = Math.max(1, ...values.candidate.map(Math.abs));
  return (
    <>
      <div className={styles.pair}>
        <HeatMap
          {...map}
          title={text('understand.update')}
          summary={gateSummary(values.update, text, numbers)}
          values={values.update}
          low={0}
          high={1}
          map="sequential"
        />
        <HeatMap
          {...map}
          title={text('understand.reset')}
          summary={gateSummary(values.reset, text, numbers)}
          values={values.reset}
          low={0}
          high={1}
          map="sequential"
        />
        <HeatMap
          {...map}
          title={text('understand.candidate')}
          summary={stateSummary(values.candidate, text, numbers)}
          values={values.candidate}
          low={-largestCandidate}
          high={largestCandidate}
          map="diverging"
        />
        <HeatMap
          {...map}
          title={text('understand.state')}
          summary={stateSummary(values.state, text, numbers)}
          values={values.state}
          low={-largest}
          high={largest}
          map="diverging"
        />
      </div>
      {gradient === null ? (
        <p className="quiet">{text('understand.gradientNone')}</p>
      ) : (
        <div>
          <LineChart
            {...chart}
            title={text('understand.gradient')}
            series={gradient}
            yLabel={text('understand.gradientAxis')}
            startLogarithmic
          />
          {values.gradient !== null && <Finding norms={values.gradient} reverse={direction.reverse} />}
        </div>
      )}
      {attention !== null && (
        <LineChart
          {...chart}
          title={text('understand.attention')}
          series={attention}
          yLabel={text('understand.attentionSeries')}
        />
      )}
    </>
  );
}

interface FindingProps {
  readonly norms: Float32Array;
  readonly reverse: boolean;
}

/** What the gradient does on its way back, in words with numbers. */
function Finding({ norms, reverse }: FindingProps) {
  const text = useText();
  const numbers = useNumbers();
  const flow = gradientFlow(norms, reverse);
  const Icon = flow.kind === 'vanishing' || flow.kind === 'exploding' ? IconAlertTriangle : IconInfoCircle;
  return (
    <p className={styles.finding} data-kind={flow.kind} role="note">
      <Icon size={16} aria-hidden />
      {flow.kind === 'none'
        ? text('understand.gradientZero')
        : text(flowKeys[flow.kind], {
            steps: numbers.count(flow.steps),
            ratio: numbers.number(flow.ratio),
          })}
    </p>
  );
}

const flowKeys = {
  vanishing: 'understand.gradientVanishing',
  exploding: 'understand.gradientExploding',
  steady: 'understand.gradientSteady',
} as const;

function unpackAll({ update, reset, candidate, state, gradientNorms }: Direction) {
  return {
    update: unpackFloat32(update),
    reset: unpackFloat32(reset),
    candidate: unpackFloat32(candidate),
    state: unpackFloat32(state),
    gradient: gradientNorms === null ? null : unpackFloat32(gradientNorms),
  };
}

/** Values [T] over timesteps counted from 1. */
function overTime(values: Float32Array): Curve {
  const curve = new Curve();
  curve.x.append(values.map((_, step) => step + 1));
  curve.append(values);
  return curve;
}

/** The timestep under the pointer is the same in heat maps and plots. */
function linkPointers(cursor: CellCursor, group: PlotGroup): () => void {
  const leaves = [
    cursor.listen(() => group.point(cursor.step === null ? null : cursor.step + 1)),
    group.listen(() => {
      const step = group.hover === null ? null : Math.round(group.hover) - 1;
      if (step !== cursor.step) cursor.point(step, step === null ? null : cursor.unit);
    }),
  ];
  return () => {
    for (const leave of leaves) leave();
  };
}

function timestepText(x: number, labels: readonly string[], numbers: Numbers): string {
  if (Math.abs(x - Math.round(x)) > 1e-6) return numbers.count(Math.round(x));
  const label = labels[Math.round(x) - 1];
  return label === undefined || label === '' ? numbers.count(x) : `${numbers.count(x)} · ${label}`;
}

function gateSummary(values: Float32Array, text: Text, numbers: Numbers): string {
  const { open, closed } = saturatedShares(values);
  return text('understand.gateSummary', { open: numbers.percent(open), closed: numbers.percent(closed) });
}

function stateSummary(values: Float32Array, text: Text, numbers: Numbers): string {
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  let size = 0;
  for (const value of values) {
    least = Math.min(least, value);
    greatest = Math.max(greatest, value);
    size += Math.abs(value);
  }
  return text('understand.stateSummary', {
    least: numbers.number(least),
    greatest: numbers.number(greatest),
    size: numbers.number(size / Math.max(1, values.length)),
  });
}
