import { useText } from '../../strings/text.ts';
import { colorOf, levelDash } from './draw.ts';
import styles from './line-chart.module.css';
import type { PlotColors, PlotOptions } from './options.ts';

interface LegendProps {
  readonly options: PlotOptions;
  readonly colors: PlotColors;
  readonly hidden: ReadonlySet<string>;
  readonly onToggle: (id: string) => void;
  /** Filled with the elements that show a value, by id of the series, and `x`. */
  readonly readouts: Map<string, HTMLElement>;
}

/** The names of the lines with their values at the pointer; a click hides or shows one. */
export function Legend({ options, colors, hidden, onToggle, readouts }: LegendProps) {
  const text = useText();
  const keep = (id: string) => (element: HTMLElement | null) => {
    if (element === null) readouts.delete(id);
    else readouts.set(id, element);
  };
  const items = [
    ...options.series.map(({ id, label, color, dash, marks }) => ({
      id,
      label,
      color: colorOf(colors, color),
      dash,
      kind: marks === true ? ('marks' as const) : ('line' as const),
      value: null,
    })),
    ...options.bands.map(({ id, label, color }) => ({
      id,
      label,
      color: colorOf(colors, color),
      dash: [],
      kind: 'band' as const,
      value: null,
    })),
    ...options.baselines.map(({ id, label, value }) => ({
      id,
      label,
      color: colors.textQuiet,
      dash: levelDash,
      kind: 'line' as const,
      value: options.formatY(value),
    })),
  ];
  return (
    <ul className={styles.legend}>
      {items.map(({ id, label, color, dash, kind, value }) => (
        <li key={id}>
          <button
            type="button"
            className={styles.item}
            aria-pressed={!hidden.has(id)}
            title={text(hidden.has(id) ? 'charts.show' : 'charts.hide', { series: label })}
            onClick={() => onToggle(id)}
          >
            <Swatch color={color} dash={dash} kind={kind} />
            <span>{label}</span>
            {value === null ? (
              kind !== 'band' && <span className={styles.value} ref={keep(id)} />
            ) : (
              <span className={styles.value}>{value}</span>
            )}
          </button>
        </li>
      ))}
      <li className={styles.value} ref={keep('x')} />
    </ul>
  );
}

interface SwatchProps {
  readonly color: string;
  readonly dash: readonly number[];
  readonly kind: 'line' | 'marks' | 'band';
}

/** A piece of a line as it is drawn in a chart. */
export function Swatch({ color, dash, kind }: SwatchProps) {
  return (
    <svg width="22" height="10" aria-hidden="true">
      {kind === 'band' && <rect width="22" height="10" fill={color} opacity={0.3} />}
      {kind === 'marks' && <rect x="9" y="3" width="4" height="4" fill={color} />}
      {kind === 'line' && (
        <line x1="0" y1="5" x2="22" y2="5" stroke={color} strokeWidth="2" strokeDasharray={dash.join(' ')} />
      )}
    </svg>
  );
}
