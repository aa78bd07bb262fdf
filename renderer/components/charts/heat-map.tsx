import { useEffect, useMemo, useRef, useState } from 'react';
import { formatNumber } from '../../strings/numbers.ts';
import { useText } from '../../strings/text.ts';
import { notify } from '../notify.tsx';
import { copyText } from '../files.ts';
import { ScrollRegion } from '../scroll-region.tsx';
import type { CellCursor } from './cell-cursor.ts';
import { type ColorMap, colorAt, cssColorAt } from './color-map.ts';
import styles from './heat-map.module.css';
import chartStyles from './line-chart.module.css';
import { usePlotColors } from './theme-colors.ts';
import { summarizeSteps } from './step-summary.ts';

interface HeatMapProps {
  readonly title: string;
  /** One sentence of what the picture says, in numbers. */
  readonly summary: string;
  /** [T,H] row-major. */
  readonly values: Float32Array;
  readonly timesteps: number;
  readonly units: number;
  readonly low: number;
  readonly high: number;
  readonly map: ColorMap;
  /** Name of each timestep. */
  readonly labels: readonly string[];
  readonly cursor: CellCursor;
}

const tallest = 260;

/** Values of every unit through time as colors, with the value under the pointer in numbers. */
export function HeatMap(props: HeatMapProps) {
  const { title, summary, values, timesteps, units, low, high, map, labels, cursor } = props;
  const text = useText();
  const colors = usePlotColors();
  const canvasRef = useRef<HTMLCanvasElement>(null);
  const readoutRef = useRef<HTMLOutputElement>(null);
  const [width, setWidth] = useState(0);
  const [asTable, setAsTable] = useState(false);
  const image = useMemo(
    () => drawCells({ values, timesteps, units, low, high, map }),
    [values, timesteps, units, low, high, map],
  );
  const height = Math.min(tallest, Math.max(96, units * 6));

  useEffect(() => {
    const canvas = canvasRef.current;
    if (canvas === null || asTable) return;
    const observer = new ResizeObserver(() => setWidth(canvas.clientWidth));
    observer.observe(canvas);
    return () => observer.disconnect();
  }, [asTable]);

  useEffect(() => {
    const canvas = canvasRef.current;
    if (canvas === null || width === 0 || asTable) return;
    const ratio = window.devicePixelRatio;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    const context = canvas.getContext('2d');
    if (context === null) return;
    const draw = (): void => {
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.imageSmoothingEnabled = timesteps > width * ratio;
      context.clearRect(0, 0, width, height);
      context.drawImage(image, 0, 0, timesteps, units, 0, 0, width, height);
      const { step, unit } = cursor;
      if (step !== null && step < timesteps) outline(context, step, unit, colors.surface, colors.text);
      write(step, unit);
    };
    const outline = (
      target: CanvasRenderingContext2D,
      step: number,
      unit: number | null,
      inner: string,
      outer: string,
    ): void => {
      const cellWidth = width / timesteps;
      const cellHeight = height / units;
      const top = unit === null ? 0 : unit * cellHeight;
      const tall = unit === null ? height : cellHeight;
      for (const [color, room] of [
        [outer, 1.5],
        [inner, 0.5],
      ] as const) {
        target.strokeStyle = color;
        target.lineWidth = 1;
        target.strokeRect(step * cellWidth - room, top - room, cellWidth + 2 * room, tall + 2 * room);
      }
    };
    const write = (step: number | null, unit: number | null): void => {
      const readout = readoutRef.current;
      if (readout === null) return;
      const value = step === null || unit === null ? Number.NaN : (values[step * units + unit] ?? Number.NaN);
      readout.textContent =
        step === null || unit === null || unit >= units
          ? ''
          : text('charts.heatmapCell', {
              step: step + 1,
              label: labels[step] ?? '',
              unit: unit + 1,
              value: formatNumber(value),
            });
    };
    draw();
    return cursor.listen(draw);
  }, [image, width, height, timesteps, units, cursor, colors, asTable, labels, text, values]);

  const pointAt = (x: number, y: number): void => {
    const step = Math.min(timesteps - 1, Math.max(0, Math.floor((x / Math.max(1, width)) * timesteps)));
    const unit = Math.min(units - 1, Math.max(0, Math.floor((y / height) * units)));
    cursor.point(step, unit);
  };

  const moveBy = (key: string): boolean => {
    const step = cursor.step ?? 0;
    const unit = cursor.unit ?? 0;
    const moves: Readonly<Record<string, readonly [number, number]>> = {
      ArrowLeft: [step - 1, unit],
      ArrowRight: [step + 1, unit],
      ArrowUp: [step, unit - 1],
      ArrowDown: [step, unit + 1],
      PageUp: [step - 10, unit],
      PageDown: [step + 10, unit],
      Home: [0, unit],
      End: [timesteps - 1, unit],
    };
    const target = moves[key];
    if (target === undefined) return false;
    cursor.point(
      Math.min(timesteps - 1, Math.max(0, target[0])),
      Math.min(units - 1, Math.max(0, target[1])),
    );
    return true;
  };

  const csv = (): string => {
    const header = ['timestep', 'label', ...Array.from({ length: units }, (_, unit) => `unit ${unit + 1}`)];
    const rows = Array.from({ length: timesteps }, (_, step) =>
      [
        step + 1,
        JSON.stringify(labels[step] ?? ''),
        ...values.subarray(step * units, (step + 1) * units),
      ].join(','),
    );
    return `${header.join(',')}\n${rows.join('\n')}\n`;
  };

  return (
    <section className={styles.map} aria-label={title}>
      <header className={chartStyles.header}>
        <h3 className={chartStyles.title}>{title}</h3>
        <button
          type="button"
          className={chartStyles.toggle}
          onClick={() =>
            copyText(csv()).then(
              () => notify(text('charts.copied')),
              () => notify(text('charts.notCopied')),
            )
          }
        >
          {text('charts.copyCsv')}
          <span className="only-read">{title}</span>
        </button>
        <button
          type="button"
          className={chartStyles.toggle}
          aria-label={text(asTable ? 'charts.chartOf' : 'charts.tableOf', { chart: title })}
          onClick={() => setAsTable(!asTable)}
        >
          {text(asTable ? 'charts.showChart' : 'charts.showTable')}
        </button>
      </header>
      <p className={styles.summary}>{summary}</p>
      {asTable ? (
        <StepTable title={title} values={values} timesteps={timesteps} units={units} labels={labels} />
      ) : (
        <div className={styles.body}>
          <div className={styles.plot}>
            <div className={styles.units} aria-hidden="true" style={{ height }}>
              <span>1</span>
              <span>{text('charts.unit')}</span>
              <span>{units}</span>
            </div>
            <canvas
              ref={canvasRef}
              className={styles.canvas}
              style={{ height }}
              tabIndex={0}
              role="img"
              aria-label={text('charts.heatmapKeys', { chart: title })}
              onPointerMove={({ nativeEvent }) => pointAt(nativeEvent.offsetX, nativeEvent.offsetY)}
              onPointerLeave={() => cursor.point(null, null)}
              onBlur={() => cursor.point(null, null)}
              onKeyDown={(event) => {
                if (!event.ctrlKey && !event.metaKey && moveBy(event.key)) event.preventDefault();
              }}
            />
            <div className={styles.steps} aria-hidden="true">
              <span>1</span>
              <span>{text('charts.timestep')}</span>
              <span>{timesteps}</span>
            </div>
          </div>
          <ColorBar low={low} high={high} map={map} height={height} />
        </div>
      )}
      <output className={styles.readout} ref={readoutRef} />
    </section>
  );
}

interface Cells {
  readonly values: Float32Array;
  readonly timesteps: number;
  readonly units: number;
  readonly low: number;
  readonly high: number;
  readonly map: ColorMap;
}

/** One pixel for each cell: time to the right, units downward. */
function drawCells({ values, timesteps, units, low, high, map }: Cells): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = timesteps;
  canvas.height = units;
  const context = canvas.getContext('2d');
  if (context === null) return canvas;
  const pixels = context.createImageData(timesteps, units);
  for (let step = 0; step < timesteps; step++) {
    for (let unit = 0; unit < units; unit++) {
      const value = values[step * units + unit] as number;
      const color = colorAt(map, (value - low) / (high - low));
      pixels.data.set([...color, Number.isFinite(value) ? 255 : 0], (unit * timesteps + step) * 4);
    }
  }
  context.putImageData(pixels, 0, 0);
  return canvas;
}

interface ColorBarProps {
  readonly low: number;
  readonly high: number;
  readonly map: ColorMap;
  readonly height: number;
}

function ColorBar({ low, high, map, height }: ColorBarProps) {
  const stops = Array.from({ length: 9 }, (_, index) => cssColorAt(map, 1 - index / 8)).join(', ');
  return (
    <div className={styles.bar} style={{ height }} aria-hidden="true">
      <div className={styles.gradient} style={{ background: `linear-gradient(${stops})` }} />
      <div className={styles.ends}>
        {[high, (low + high) / 2, low].map((value) => (
          <span key={value}>{formatNumber(value)}</span>
        ))}
      </div>
    </div>
  );
}

interface StepTableProps {
  readonly title: string;
  readonly values: Float32Array;
  readonly timesteps: number;
  readonly units: number;
  readonly labels: readonly string[];
}

/** The same in numbers: mean, least and greatest of all units at every timestep. */
function StepTable({ title, values, timesteps, units, labels }: StepTableProps) {
  const text = useText();
  const rows = useMemo(() => summarizeSteps(values, timesteps, units), [values, timesteps, units]);
  return (
    <ScrollRegion className={styles.table} label={title}>
      <table className={chartStyles.table}>
        <thead>
          <tr>
            {(
              ['charts.timestep', 'charts.label', 'charts.mean', 'charts.least', 'charts.greatest'] as const
            ).map((key) => (
              <th key={key} scope="col">
                {text(key)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ step, mean, least, greatest }) => (
            <tr key={step}>
              <th scope="row">{step + 1}</th>
              <td>{labels[step] ?? ''}</td>
              <td>{formatNumber(mean)}</td>
              <td>{formatNumber(least)}</td>
              <td>{formatNumber(greatest)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
