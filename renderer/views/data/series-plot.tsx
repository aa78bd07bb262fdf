import { Chart, Filler, LinearScale, LineController, LineElement, PointElement, Tooltip } from 'chart.js';
import { useEffect, useRef } from 'react';
import { addGestures } from '../../components/charts/gestures.ts';
import type { Range } from '../../components/charts/group.ts';
import { useColors } from '../../components/use-colors.ts';
import styles from './plot.module.css';
import { type PartsProps, partsPlugin } from './series-parts.ts';
import { surfaceOf, zoomOver } from './series-zoom.ts';

export interface SeriesData {
  /** First row of each bucket, from 1. */
  readonly firstRows: readonly number[];
  readonly minimum: Float32Array;
  readonly maximum: Float32Array;
  readonly times: readonly string[];
}

interface SeriesPlotProps extends PartsProps {
  readonly data: SeriesData;
  /** Rows that are shown, which the data is of; null for all. */
  readonly zoom: Range | null;
  readonly onZoom: (range: Range | null) => void;
  readonly label: string;
  /** The chart and its keys in words. */
  readonly description: string;
  readonly rowLabel: string;
}

/** A column over its rows: smallest and largest value of each pixel, the parts shaded, one window outlined. */
export function SeriesPlot(props: SeriesPlotProps) {
  const { data, label, rowLabel } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const colors = useColors();
  const drawn = useRef<Chart | null>(null);
  const selection = useRef<Range | null>(null);
  const whole = useRef<Range>({ from: 1, to: 1 });
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const zooming = zoomOver(() => latest.current, whole);
    return addGestures(element, surfaceOf(drawn, selection), zooming);
  }, []);

  useEffect(() => {
    if (canvas.current === null) return;
    const first = data.firstRows[0] ?? 1;
    const last = data.firstRows.at(-1) ?? 1;
    if (latest.current.zoom === null) whole.current = { from: first, to: last };
    Chart.register(LineController, LineElement, PointElement, LinearScale, Filler, Tooltip);
    const color = colors.series[0] ?? colors.text;
    const points = (values: Float32Array) =>
      data.firstRows.map((row, index) => ({ x: row, y: values[index] ?? Number.NaN }));
    const band = data.minimum.some((value, index) => value !== data.maximum[index]);
    const chart = new Chart(canvas.current, {
      type: 'line',
      data: {
        datasets: [
          { data: points(data.maximum), borderColor: color, borderWidth: 1.2, pointRadius: 0 },
          {
            data: band ? points(data.minimum) : [],
            borderColor: color,
            borderWidth: 1.2,
            pointRadius: 0,
            fill: '-1',
            backgroundColor: `${color}55`,
          },
        ],
      },
      plugins: [partsPlugin(() => latest.current, selection, colors)],
      options: {
        animation: false,
        parsing: false,
        normalized: true,
        responsive: true,
        maintainAspectRatio: false,
        spanGaps: false,
        interaction: { mode: 'index', intersect: false },
        plugins: {
          tooltip: {
            callbacks: {
              title: ([item]) => {
                const time = data.times[item?.dataIndex ?? 0];
                return `${rowLabel} ${item?.parsed.x ?? ''}${time === undefined || time === '' ? '' : ` (${time})`}`;
              },
            },
          },
        },
        scales: {
          x: {
            type: 'linear',
            min: first,
            max: last,
            grid: { color: colors.line },
            border: { color: colors.line },
            ticks: {
              color: colors.text,
              maxRotation: 0,
              autoSkipPadding: 24,
              callback: (value) => tickLabel(data, Number(value)),
            },
          },
          y: {
            grid: { color: colors.line },
            border: { color: colors.line },
            title: { display: true, text: label, color: colors.text },
            ticks: { color: colors.text },
          },
        },
      },
    });
    drawn.current = chart;
    return () => {
      drawn.current = null;
      chart.destroy();
    };
  }, [data, label, rowLabel, colors]);

  return (
    <div className={styles.canvas}>
      <canvas ref={canvas} role="img" tabIndex={0} aria-label={props.description} />
    </div>
  );
}

/** The time at a row where there is one, its number otherwise. */
function tickLabel(data: SeriesData, row: number): string {
  if (data.times.length === 0) return String(row);
  let index = data.firstRows.findIndex((first) => first > row);
  index = index === -1 ? data.firstRows.length - 1 : Math.max(0, index - 1);
  return data.times[index]?.slice(0, 10) ?? String(row);
}
