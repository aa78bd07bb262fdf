import { useEffect, useRef, useState } from 'react';
import { formatNumber } from '../../strings/numbers.ts';
import { useText } from '../../strings/text.ts';
import { cssColorAt } from './color-map.ts';
import chartStyles from './line-chart.module.css';
import { type ParallelAxis, placeOn } from './parallel-axes.ts';
import styles from './parallel-coordinates.module.css';

export interface ParallelLine {
  readonly id: string;
  readonly name: string;
  /** By name of the axis. */
  readonly values: Readonly<Record<string, unknown>>;
}

interface ParallelCoordinatesProps {
  readonly title: string;
  readonly axes: readonly ParallelAxis[];
  readonly lines: readonly ParallelLine[];
  /** The axis whose value colors the lines. */
  readonly colorBy: string;
  readonly selected: string | null;
  readonly onSelect: (id: string) => void;
}

type Brushes = Readonly<Record<string, readonly [low: number, high: number]>>;

const height = 280;
const top = 36;
const bottom = 24;
const inner = height - top - bottom;

/** Every run as a line through its hyperparameters to its result; dragging along an axis keeps only what crosses it. */
export function ParallelCoordinates(props: ParallelCoordinatesProps) {
  const { title, axes, lines, colorBy, selected, onSelect } = props;
  const text = useText();
  const frameRef = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(800);
  const [brushes, setBrushes] = useState<Brushes>({});
  const [pointed, setPointed] = useState<string | null>(null);
  const [drag, setDrag] = useState<{ readonly axis: string; readonly from: number } | null>(null);

  useEffect(() => {
    const frame = frameRef.current;
    if (frame === null) return;
    const observer = new ResizeObserver(() => setWidth(frame.clientWidth));
    observer.observe(frame);
    return () => observer.disconnect();
  }, []);

  const left = (index: number): number =>
    60 + (index * Math.max(0, width - 120)) / Math.max(1, axes.length - 1);
  const pixel = (place: number): number => top + (1 - place) * inner;
  const kept = lines.filter(({ values }) =>
    axes.every((axis) => {
      const brush = brushes[axis.name];
      const place = placeOn(axis, values[axis.name]);
      return brush === undefined || (place !== null && place >= brush[0] && place <= brush[1]);
    }),
  );
  const keptIds = new Set(kept.map(({ id }) => id));
  const colorAxis = axes.find(({ name }) => name === colorBy);
  const shown = lines.find(({ id }) => id === (pointed ?? selected));

  const placeAt = (clientY: number): number => {
    const box = frameRef.current?.getBoundingClientRect();
    return Math.min(1, Math.max(0, 1 - (clientY - (box?.top ?? 0) - top) / inner));
  };
  const brushTo = (axis: string, from: number, to: number): void =>
    setBrushes({ ...brushes, [axis]: [Math.min(from, to), Math.max(from, to)] });
  const clear = (axis: string): void => {
    const { [axis]: _, ...others } = brushes;
    setBrushes(others);
  };

  return (
    <section className={chartStyles.chart} aria-label={title}>
      <header className={chartStyles.header}>
        <h3 className={chartStyles.title}>{title}</h3>
        <span className="quiet numbers">
          {text('charts.parallelKept', { kept: kept.length, total: lines.length })}
        </span>
        <button
          type="button"
          className={chartStyles.toggle}
          disabled={Object.keys(brushes).length === 0}
          onClick={() => setBrushes({})}
        >
          {text('charts.showAll')}
        </button>
      </header>
      <div ref={frameRef} className={styles.frame} style={{ height }}>
        {/* biome-ignore lint/a11y/useSemanticElements: a drawing has no fieldset. */}
        <svg
          width={width}
          height={height}
          role="group"
          aria-label={text('charts.parallelKeys', { chart: title })}
        >
          <g fill="none">
            {[...lines]
              .sort((a, b) => Number(a.id === shown?.id) - Number(b.id === shown?.id))
              .map((line) => {
                const share =
                  colorAxis === undefined ? null : placeOn(colorAxis, line.values[colorAxis.name]);
                const isShown = line.id === shown?.id;
                return (
                  // biome-ignore lint/a11y/useSemanticElements: a drawing has no button.
                  <path
                    key={line.id}
                    d={pathOf(axes, line, left, pixel)}
                    className={styles.line}
                    stroke={
                      share === null ? 'var(--line-strong)' : cssColorAt('sequential', 0.9 * (1 - share))
                    }
                    strokeWidth={isShown ? 3 : 1.4}
                    opacity={keptIds.has(line.id) ? (shown === undefined || isShown ? 0.9 : 0.35) : 0.06}
                    onPointerEnter={() => setPointed(line.id)}
                    onPointerLeave={() => setPointed(null)}
                    onClick={() => onSelect(line.id)}
                    tabIndex={keptIds.has(line.id) ? 0 : -1}
                    role="button"
                    aria-label={line.name}
                    aria-pressed={line.id === selected}
                    onFocus={() => setPointed(line.id)}
                    onBlur={() => setPointed(null)}
                    onKeyDown={(event) => {
                      if (event.key !== 'Enter' && event.key !== ' ') return;
                      event.preventDefault();
                      onSelect(line.id);
                    }}
                  />
                );
              })}
          </g>
          {axes.map((axis, index) => (
            <Axis
              key={axis.name}
              axis={axis}
              left={left(index)}
              pixel={pixel}
              brush={brushes[axis.name]}
              onStart={(event) => {
                event.currentTarget.setPointerCapture(event.pointerId);
                setDrag({ axis: axis.name, from: placeAt(event.clientY) });
              }}
              onMove={(event) =>
                drag?.axis === axis.name && brushTo(axis.name, drag.from, placeAt(event.clientY))
              }
              onEnd={(event) => {
                if (drag !== null && Math.abs(placeAt(event.clientY) - drag.from) < 0.01) clear(axis.name);
                setDrag(null);
              }}
            />
          ))}
        </svg>
      </div>
      <output className={styles.readout}>
        {shown === undefined
          ? ''
          : `${shown.name}: ${axes.map(({ name }) => `${name} ${valueText(shown.values[name])}`).join(', ')}`}
      </output>
    </section>
  );
}

interface AxisProps {
  readonly axis: ParallelAxis;
  readonly left: number;
  readonly pixel: (place: number) => number;
  readonly brush: readonly [number, number] | undefined;
  readonly onStart: (event: React.PointerEvent<SVGRectElement>) => void;
  readonly onMove: (event: React.PointerEvent<SVGRectElement>) => void;
  readonly onEnd: (event: React.PointerEvent<SVGRectElement>) => void;
}

function Axis({ axis, left, pixel, brush, onStart, onMove, onEnd }: AxisProps) {
  const marks =
    axis.kind === 'choice'
      ? axis.values.map((value, index) => ({ label: value, place: (index + 0.5) / axis.values.length }))
      : [
          { label: formatNumber(axis.low), place: 0 },
          { label: formatNumber(axis.high), place: 1 },
        ];
  return (
    <g>
      <text x={left} y={14} textAnchor="middle" className={styles.name}>
        {axis.name.split('.').at(-1)}
        <title>{axis.name}</title>
      </text>
      <line x1={left} x2={left} y1={pixel(1)} y2={pixel(0)} stroke="var(--line-strong)" />
      {marks.map(({ label, place }) => (
        <text
          key={label}
          x={left + (axis.kind === 'choice' ? 6 : 0)}
          y={axis.kind === 'choice' ? pixel(place) + 4 : place === 0 ? pixel(0) + 16 : pixel(1) - 6}
          textAnchor={axis.kind === 'choice' ? 'start' : 'middle'}
          className={styles.mark}
        >
          {label}
        </text>
      ))}
      {brush !== undefined && (
        <rect
          x={left - 6}
          width={12}
          y={pixel(brush[1])}
          height={Math.max(2, pixel(brush[0]) - pixel(brush[1]))}
          className={styles.brush}
        />
      )}
      <rect
        x={left - 10}
        width={20}
        y={pixel(1)}
        height={pixel(0) - pixel(1)}
        className={styles.handle}
        onPointerDown={onStart}
        onPointerMove={onMove}
        onPointerUp={onEnd}
      />
    </g>
  );
}

function pathOf(
  axes: readonly ParallelAxis[],
  line: ParallelLine,
  left: (index: number) => number,
  pixel: (place: number) => number,
): string {
  let drawing = false;
  const commands: string[] = [];
  for (const [index, axis] of axes.entries()) {
    const place = placeOn(axis, line.values[axis.name]);
    if (place !== null) commands.push(`${drawing ? 'L' : 'M'}${left(index)} ${pixel(place)}`);
    drawing = place !== null;
  }
  return commands.join(' ');
}

function valueText(value: unknown): string {
  if (typeof value === 'number') return formatNumber(value);
  return typeof value === 'string' ? value : value === undefined ? '–' : JSON.stringify(value);
}
