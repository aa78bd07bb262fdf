import { memo, useEffect, useMemo, useRef, useState } from 'react';
import { nearestIndex } from '../../metrics/decimate.ts';
import { useText } from '../../strings/text.ts';
import { ChartHeader } from './chart-header.tsx';
import { ChartTable } from './chart-table.tsx';
import { useClock } from './clock.ts';
import { addGestures } from './gestures.ts';
import type { PlotGroup } from './group.ts';
import { Legend } from './legend.tsx';
import styles from './line-chart.module.css';
import type { PlotOptions } from './options.ts';
import { Plot } from './plot.ts';
import { usePlotColors } from './theme-colors.ts';

/** Something that tells when what it holds changed: the metrics of a run. */
interface Source {
  listen(listener: () => void): () => void;
}

interface LineChartProps
  extends Omit<PlotOptions, 'logarithmic' | 'hidden' | 'baselines' | 'bands' | 'smoothing'> {
  readonly title: string;
  readonly group: PlotGroup;
  readonly sources: readonly Source[];
  readonly baselines?: PlotOptions['baselines'];
  readonly bands?: PlotOptions['bands'];
  readonly smoothing?: number;
  readonly startLogarithmic?: boolean;
  /** Whether a logarithmic axis makes sense. */
  readonly logarithm?: boolean;
  readonly height?: number;
  /** Name of the x axis in tables and files. */
  readonly xName: string;
}

const none = [] as const;

/** Lines over a common x, drawn by the common clock from typed arrays; React draws only what is around them. */
export const LineChart = memo(function LineChart(props: LineChartProps) {
  const { title, group, sources, series, xLabel, yLabel, formatX, formatY, formatYTick, yRange, xName } =
    props;
  const { baselines = none, bands = none, smoothing = 0, startLogarithmic = false, logarithm = true } = props;
  const { height = 220 } = props;
  const text = useText();
  const clock = useClock();
  const colors = usePlotColors();
  const [logarithmic, setLogarithmic] = useState(startLogarithmic);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set<string>());
  const [asTable, setAsTable] = useState(false);
  const canvasRef = useRef<HTMLCanvasElement>(null);
  const frameRef = useRef<HTMLDivElement>(null);
  const spokenRef = useRef<HTMLDivElement>(null);
  const readouts = useRef(new Map<string, HTMLElement>());
  const [plot, setPlot] = useState<Plot | null>(null);

  const options = useMemo<PlotOptions>(
    () => ({
      series,
      baselines,
      bands,
      smoothing,
      logarithmic,
      hidden,
      xLabel,
      yLabel,
      formatX,
      formatY,
      formatYTick,
      ...(yRange === undefined ? {} : { yRange }),
    }),
    [
      series,
      baselines,
      bands,
      smoothing,
      logarithmic,
      hidden,
      xLabel,
      yLabel,
      formatX,
      formatY,
      formatYTick,
      yRange,
    ],
  );
  const latest = useRef({ options, colors });
  latest.current = { options, colors };

  useEffect(() => {
    const canvas = canvasRef.current;
    if (canvas === null || asTable) return;
    const made = new Plot({ canvas, group, ...latest.current, resolution: null });
    const leaveGestures = addGestures(canvas, made, group);
    const size = new ResizeObserver(() => clock.ask());
    if (frameRef.current !== null) size.observe(frameRef.current);
    setPlot(made);
    return () => {
      setPlot(null);
      size.disconnect();
      leaveGestures();
      made.close();
    };
  }, [group, asTable, clock]);

  useEffect(() => {
    if (plot === null) return;
    plot.configure(options, colors);
    clock.askInTurn();
  }, [plot, options, colors, clock]);

  useEffect(() => {
    if (plot === null) return;
    const leaves = [
      group.listen(() => clock.ask()),
      ...sources.map((source) => source.listen(() => clock.askForNews())),
    ];
    const remove = clock.add(() => {
      plot.refresh();
      const focused = document.activeElement === canvasRef.current;
      writeReadouts(plot.options, group.hover, readouts.current, focused ? spokenRef.current : null);
    });
    return () => {
      remove();
      for (const leave of leaves) leave();
    };
  }, [plot, group, sources, clock]);

  const toggle = (id: string): void => {
    const next = new Set(hidden);
    if (!next.delete(id)) next.add(id);
    setHidden(next);
  };

  return (
    <section className={styles.chart} aria-label={title}>
      <ChartHeader
        title={title}
        plot={plot}
        group={group}
        colors={colors}
        xName={xName}
        asTable={asTable}
        onAsTable={setAsTable}
        logarithmic={logarithm ? logarithmic : null}
        onLogarithmic={setLogarithmic}
      />
      <Legend
        options={options}
        colors={colors}
        hidden={hidden}
        onToggle={toggle}
        readouts={readouts.current}
      />
      {asTable ? (
        <ChartTable title={title} options={options} xName={xName} range={group.shown()} height={height} />
      ) : (
        <div className={styles.frame} style={{ height }} ref={frameRef}>
          <canvas
            ref={canvasRef}
            tabIndex={0}
            role="img"
            aria-label={text('charts.keys', { chart: title })}
            className={styles.canvas}
          />
        </div>
      )}
      <div className="only-read" role="status" ref={spokenRef} />
    </section>
  );
});

/** Puts the values at the pointer (or the last ones) beside the names of the series, without React. */
function writeReadouts(
  options: PlotOptions,
  hover: number | null,
  readouts: ReadonlyMap<string, HTMLElement>,
  spoken: HTMLElement | null,
): void {
  const sentences: string[] = [];
  for (const { id, label, curve, best, marks } of options.series) {
    const target = readouts.get(id);
    const last = curve.length - 1;
    const index =
      hover !== null
        ? nearestIndex(curve, hover)
        : best === undefined
          ? last
          : curve.extremes(0, last + 1)[best];
    const value = index < 0 ? Number.NaN : curve.y.at(index);
    const written = marks === true && Number.isNaN(value) ? '' : options.formatY(value);
    if (target !== undefined && target.textContent !== written) target.textContent = written;
    sentences.push(`${label} ${written}`);
  }
  const place = readouts.get('x');
  const x = hover === null ? '' : options.formatX(hover);
  if (place !== undefined && place.textContent !== x) place.textContent = x;
  const sentence = hover === null ? '' : `${x}: ${sentences.join(', ')}`;
  if (spoken !== null && spoken.textContent !== sentence) spoken.textContent = sentence;
}
