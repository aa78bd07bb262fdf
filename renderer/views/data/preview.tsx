// biome-ignore-all lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by the keyboard.
// biome-ignore-all lint/a11y/useSemanticElements: a table of any length is drawn as the rows in view; roles tell its structure.
// biome-ignore-all lint/a11y/useFocusableInteractive: the cells are read, not operated.
import { type UIEvent, useEffect, useMemo, useRef, useState } from 'react';
import type { DatasetSummary, ProfileView } from '../../../engine/contract/rpc/datasets.ts';
import { useWorkbench } from '../../state/workbench.tsx';
import { formatCount } from '../../strings/numbers.ts';
import { useLanguage, useText } from '../../strings/text.ts';
import { scrollScale } from './pages.ts';
import styles from './preview.module.css';
import { useRows } from './use-rows.ts';

const rowHeight = 24;
const headHeight = 28;
const numberWidth = 72;

interface PreviewProps {
  readonly project: string;
  readonly dataset: DatasetSummary;
  readonly profile: ProfileView | null;
  /** Row to bring into view, from 1; a new object asks again. */
  readonly target: { readonly row: number } | null;
}

/** The table as it was read, of any length, with problems marked at their cells. */
export function Preview({ project, dataset, profile, target }: PreviewProps) {
  const text = useText();
  const language = useLanguage();
  const { connection } = useWorkbench();
  const box = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 800, height: 300 });
  const [scroll, setScroll] = useState({ top: 0, left: 0 });
  const total = dataset.rows;
  const scale = scrollScale(total, rowHeight, size.height - headHeight);
  const top = scroll.top * scale.rowsPerPixel;
  const first = Math.min(Math.max(0, total - 1), Math.floor(top));
  const count = Math.ceil(size.height / rowHeight) + 1;
  const place = useMemo(() => ({ project, dataset: dataset.id }), [project, dataset.id]);
  const shown = useRows(connection.workbench, place, total, first, count);

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() =>
      setSize({ width: element.clientWidth, height: element.clientHeight }),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    if (target === null) return;
    const rows = Math.max(0, target.row - 4);
    box.current?.scrollTo({ top: rows / scale.rowsPerPixel });
  }, [target, scale.rowsPerPixel]);

  const widths = useMemo(() => columnWidths(dataset, profile), [dataset, profile]);
  const problems = useMemo(() => problemsByCell(profile), [profile]);
  const columns = visibleColumns(widths, scroll.left, size.width);
  const wide = numberWidth + widths.reduce((sum, width) => sum + width, 0);
  const partial = shown.first === first ? (top - first) * rowHeight : 0;
  const onScroll = (event: UIEvent<HTMLDivElement>) =>
    setScroll({ top: event.currentTarget.scrollTop, left: event.currentTarget.scrollLeft });

  return (
    <div
      className={styles.box}
      ref={box}
      onScroll={onScroll}
      tabIndex={0}
      role="region"
      aria-label={text('data.preview')}
    >
      <div style={{ height: scale.height + headHeight, width: wide }}>
        <div
          className={styles.window}
          style={{ width: size.width, height: size.height }}
          role="table"
          aria-rowcount={total + 1}
          aria-colcount={widths.length + 1}
        >
          <div
            className={styles.body}
            style={{ transform: `translate(${-scroll.left}px, ${headHeight - partial}px)` }}
            role="rowgroup"
          >
            {shown.rows.map((row, index) => {
              const number = shown.first + index + 1;
              return (
                <div
                  key={number}
                  className={styles.row}
                  style={{ top: index * rowHeight, width: wide }}
                  role="row"
                  aria-rowindex={number + 1}
                  data-target={target?.row === number}
                >
                  <span className={styles.number} style={{ left: scroll.left }} role="rowheader">
                    {formatCount(number, language)}
                  </span>
                  {columns.map(({ index: column, left, width }) => {
                    const cell = row[column] ?? null;
                    const problem = problems.get(`${number}/${dataset.columns[column]?.name}`);
                    return (
                      <span
                        key={column}
                        className={styles.cell}
                        style={{ left: numberWidth + left, width }}
                        role="cell"
                        data-problem={problem !== undefined}
                        data-missing={cell === null}
                        data-type={dataset.columns[column]?.type}
                        title={problem ?? cell ?? undefined}
                      >
                        {cell ?? text('data.missingCell')}
                      </span>
                    );
                  })}
                </div>
              );
            })}
          </div>
          <div className={styles.head} style={{ height: headHeight }} role="row" aria-rowindex={1}>
            <span className={styles.number} style={{ left: 0 }} role="columnheader">
              {text('data.row')}
            </span>
            {columns.map(({ index, left, width }) => (
              <span
                key={index}
                className={styles.cell}
                style={{ left: numberWidth + left - scroll.left, width }}
                role="columnheader"
                data-type={dataset.columns[index]?.type}
                title={dataset.columns[index]?.name}
              >
                {dataset.columns[index]?.name}
              </span>
            ))}
          </div>
        </div>
      </div>
    </div>
  );
}

/** Wide enough for the name and for the longest usual value, in pixels. */
function columnWidths(dataset: DatasetSummary, profile: ProfileView | null): number[] {
  return dataset.columns.map(({ name, type }) => {
    const values = profile?.columns.find((column) => column.name === name)?.values ?? [];
    const longest = Math.max(name.length, type === 'time' ? 19 : 6, ...values.map(({ text }) => text.length));
    return Math.min(280, 24 + 8 * longest);
  });
}

function visibleColumns(widths: readonly number[], left: number, width: number) {
  const visible: { index: number; left: number; width: number }[] = [];
  let at = 0;
  for (const [index, own] of widths.entries()) {
    if (at + own >= left - 200 && at <= left + width + 200) visible.push({ index, left: at, width: own });
    at += own;
  }
  return visible;
}

function problemsByCell(profile: ProfileView | null): ReadonlyMap<string, string> {
  return new Map(
    profile?.columns.flatMap((column) =>
      column.problems
        .filter((problem) => problem.row !== null)
        .map((problem) => [`${problem.row}/${column.name}`, problem.message] as const),
    ),
  );
}
