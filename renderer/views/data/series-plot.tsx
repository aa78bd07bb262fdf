import {
  Chart,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  type Plugin,
  PointElement,
  Tooltip,
} from 'chart.js';
import { useEffect, useRef } from 'react';
import type { Part } from '../../../engine/contract/rpc/common.ts';
import type { PreparedView } from '../../../engine/contract/rpc/datasets.ts';
import { type ChartColors, useColors } from '../../components/use-colors.ts';
import { partStyles } from '../../theme/series.ts';
import styles from './plot.module.css';

export interface SeriesData {
  /** First row of each bucket, from 1. */
  readonly firstRows: readonly number[];
  readonly minimum: Float32Array;
  readonly maximum: Float32Array;
  readonly times: readonly string[];
}

interface SeriesPlotProps {
  readonly data: SeriesData;
  readonly prepared: PreparedView | null;
  /** Series that is drawn, whose parts are shaded; "" where there is one. */
  readonly series: string;
  readonly label: string;
  readonly rowLabel: string;
  readonly windowLabel: string;
  readonly partLabels: Readonly<Record<Part, string>>;
}

/** A column over its rows: smallest and largest value of each pixel, the parts shaded, one window outlined. */
export function SeriesPlot(props: SeriesPlotProps) {
  const { data, label, rowLabel } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const colors = useColors();
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => {
    if (canvas.current === null) return;
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
      plugins: [partsPlugin(() => latest.current, colors)],
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
            min: data.firstRows[0] ?? 1,
            max: data.firstRows.at(-1) ?? 1,
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
    return () => chart.destroy();
  }, [data, label, rowLabel, colors]);

  return (
    <div className={styles.canvas}>
      <canvas ref={canvas} role="img" aria-label={label} />
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

/** Shades the parts behind the line, names them at the top, and outlines the first training window. */
function partsPlugin(props: () => SeriesPlotProps, colors: ChartColors): Plugin<'line'> {
  return {
    id: 'parts',
    beforeDatasetsDraw: (chart) => {
      const { prepared, series, partLabels } = props();
      const { ctx, chartArea, scales } = chart;
      const { x } = scales;
      if (prepared === null || x === undefined) return;
      const rectangle = (from: number, to: number) => {
        const left = Math.max(chartArea.left, x.getPixelForValue(from));
        const right = Math.min(chartArea.right, x.getPixelForValue(to));
        return { left, width: Math.max(1, right - left) };
      };
      ctx.save();
      ctx.font = '11px system-ui, sans-serif';
      ctx.textBaseline = 'top';
      for (const part of prepared.parts) {
        if (part.series !== series) continue;
        const { left, width } = rectangle(part.firstRow, part.lastRow);
        const color = colors.series[partStyles[part.part].color] ?? colors.text;
        ctx.fillStyle = `${color}1f`;
        ctx.fillRect(left, chartArea.top, width, chartArea.height);
        ctx.fillStyle = color;
        ctx.fillRect(left, chartArea.top, width, 2);
        ctx.fillStyle = colors.text;
        if (width > 40) ctx.fillText(partLabels[part.part], left + 4, chartArea.top + 5, width - 8);
      }
      ctx.restore();
    },
    afterDatasetsDraw: (chart) => {
      const { prepared, windowLabel } = props();
      const { ctx, chartArea, scales } = chart;
      const { x } = scales;
      if (prepared?.window == null || x === undefined) return;
      const { firstRow, lastRow, targetFirstRow, targetLastRow } = prepared.window;
      const input = colors.series[0] ?? colors.text;
      const target = colors.series[1] ?? colors.text;
      ctx.save();
      ctx.lineWidth = 1.5;
      for (const [from, to, color] of [
        [firstRow, lastRow, input],
        [targetFirstRow, targetLastRow, target],
      ] as const) {
        const left = x.getPixelForValue(from);
        ctx.strokeStyle = color;
        ctx.fillStyle = `${color}33`;
        const width = Math.max(2, x.getPixelForValue(to) - left);
        ctx.fillRect(left, chartArea.bottom - 14, width, 14);
        ctx.strokeRect(left, chartArea.bottom - 14, width, 14);
      }
      ctx.font = '11px system-ui, sans-serif';
      ctx.textBaseline = 'bottom';
      ctx.fillStyle = colors.text;
      ctx.fillText(windowLabel, x.getPixelForValue(targetLastRow) + 6, chartArea.bottom - 1);
      ctx.restore();
    },
  };
}
