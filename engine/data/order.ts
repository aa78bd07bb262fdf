import { WorkbenchError } from '../base/errors.ts';
import type { DataConfig } from '../contract/data.ts';
import type { DropLog } from './drop-log.ts';
import { type Column, cellText, formatTime, isMissing, rowLabel, type Table } from './table.ts';
import type { UsedColumns } from './used-columns.ts';

/** One run of rows of one series: positions [start, end) of `OrderedRows.rows`. */
export interface SeriesRange {
  readonly name: string;
  /** First row that samples may read; rows from `history` on may be looked back at. */
  readonly start: number;
  readonly end: number;
  readonly history: number;
}

/** The rows in use, series by series in order of first appearance, each in order of time. */
export interface OrderedRows {
  /** [positions] row of the table. */
  readonly rows: Int32Array;
  readonly series: readonly SeriesRange[];
  /**
   * With `duplicates: "mean"`, rows that are averaged: at each position where `rows` continues in `merged`.
   * [positions + 1] offsets into `merged`; null without duplicates.
   */
  readonly merged: { readonly offsets: Int32Array; readonly rows: Int32Array } | null;
}

/**
 * Puts rows in order and settles what shares a time.
 * @param keep 1 for each row of the table that takes part; the others are already in the log.
 */
export function orderRows(
  table: Table,
  used: Pick<UsedColumns, 'time' | 'series'>,
  config: DataConfig,
  keep: Uint8Array,
  log: DropLog,
): OrderedRows {
  const { time } = used;
  const sorted = sortRows(table, used, config, keep, log);
  if (time === null || time.type === 'text') return { ...sorted, merged: null };
  return settleDuplicates(table, time, sorted, config, log);
}

/** Rows series by series, each in order of time; rows of the same time in the order of the file. */
export function sortRows(
  table: Table,
  { time, series }: Pick<UsedColumns, 'time' | 'series'>,
  config: DataConfig,
  keep: Uint8Array,
  log: DropLog,
): { readonly rows: Int32Array; readonly series: readonly SeriesRange[] } {
  requireTime(table, time, config, keep, log);
  const grouped = groupBySeries(table, series, config, keep, log);
  if (time === null || time.type === 'text') return grouped;
  for (const { start, end } of grouped.series) sortByTime(grouped.rows.subarray(start, end), time.values);
  return grouped;
}

function requireTime(
  table: Table,
  time: Column | null,
  config: DataConfig,
  keep: Uint8Array,
  log: DropLog,
): void {
  if (time === null) return;
  if (time.type === 'text') {
    const { almost } = time;
    throw new WorkbenchError(
      'data/bad-time',
      almost === null
        ? `Column "${time.name}" holds no times`
        : `"${almost.text}" is no ${almost.type === 'time' ? 'date or time' : 'number'}`,
      {
        where: `${table.name}, ${almost === null ? '' : `row ${almost.row}, `}column "${time.name}"`,
        hint:
          almost === null
            ? 'Give another column the role "time", or none: rows are then taken in the order of the file.'
            : 'Correct the cell, or remove the row.',
        data: { column: time.name, ...(almost === null ? {} : { row: almost.row }) },
      },
    );
  }
  const { values } = time;
  for (let row = 0; row < table.rowCount; row++) {
    if (keep[row] === 0 || Number.isFinite(values[row])) continue;
    if (config.missing === 'drop' && isMissing(time, row)) {
      keep[row] = 0;
      log.add(`no time in column "${time.name}"`, row);
      continue;
    }
    throw new WorkbenchError('data/bad-time', 'A row has no time', {
      where: `${table.name}, ${rowLabel(table, row)}, column "${time.name}"`,
      hint: 'Fill in the time, or set data.missing to "drop".',
      data: { row: row + 1, column: time.name },
    });
  }
}

/** Rows by series, in the order of the file: a counting sort. */
function groupBySeries(
  table: Table,
  column: Column | null,
  config: DataConfig,
  keep: Uint8Array,
  log: DropLog,
): { rows: Int32Array; series: SeriesRange[] } {
  const index = new Int32Array(table.rowCount).fill(-1);
  const names: string[] = [];
  const counts: number[] = [];
  const known = new Map<string | number, number>();
  for (let row = 0; row < table.rowCount; row++) {
    if (keep[row] === 0) continue;
    if (column !== null && isMissing(column, row)) {
      if (config.missing !== 'drop') {
        throw new WorkbenchError('data/missing-values', 'A row belongs to no series', {
          where: `${table.name}, ${rowLabel(table, row)}, column "${column.name}"`,
          hint: 'Fill in the series, or set data.missing to "drop".',
          data: { row: row + 1, column: column.name },
        });
      }
      keep[row] = 0;
      log.add(`no series in column "${column.name}"`, row);
      continue;
    }
    const key = column === null ? '' : (column.type === 'text' ? column.codes : column.values)[row];
    let number = known.get(key as string | number);
    if (number === undefined) {
      number = names.length;
      known.set(key as string | number, number);
      names.push(column === null ? '' : (cellText(column, row) ?? ''));
      counts.push(0);
    }
    index[row] = number;
    counts[number] = (counts[number] as number) + 1;
  }
  const series: SeriesRange[] = [];
  const next = new Int32Array(names.length);
  let start = 0;
  for (const [i, name] of names.entries()) {
    const count = counts[i] as number;
    series.push({ name, start, end: start + count, history: start });
    next[i] = start;
    start += count;
  }
  const rows = new Int32Array(start);
  for (let row = 0; row < table.rowCount; row++) {
    const number = index[row] as number;
    if (number < 0) continue;
    const position = next[number] as number;
    rows[position] = row;
    next[number] = position + 1;
  }
  return { rows, series };
}

/** Stable: rows of the same time keep the order of the file. Files are mostly in order already. */
export function sortByTime(rows: Int32Array, times: Float64Array): void {
  let ordered = true;
  for (let i = 1; i < rows.length && ordered; i++) {
    ordered = (times[rows[i - 1] as number] as number) <= (times[rows[i] as number] as number);
  }
  if (ordered) return;
  rows.sort((a, b) => (times[a] as number) - (times[b] as number) || a - b);
}

function settleDuplicates(
  table: Table,
  time: Exclude<Column, { type: 'text' }>,
  { rows, series }: { rows: Int32Array; series: readonly SeriesRange[] },
  config: DataConfig,
  log: DropLog,
): OrderedRows {
  const kept = new Int32Array(rows.length);
  const offsets = new Int32Array(rows.length + 1);
  const ranges: SeriesRange[] = [];
  const times = time.values;
  let count = 0;
  let duplicates = 0;
  for (const { name, start, end } of series) {
    const first = count;
    for (let from = start; from < end; ) {
      const head = rows[from] as number;
      const at = times[head] as number;
      let to = from + 1;
      while (to < end && times[rows[to] as number] === at) to++;
      if (to - from > 1) {
        if (config.duplicates === 'error') throw sameTime(table, time, name, head, rows[from + 1] as number);
        duplicates += to - from - 1;
        for (let i = from; i < to; i++) {
          const stays = config.duplicates === 'last' ? i === to - 1 : i === from;
          const reason =
            config.duplicates === 'mean'
              ? 'averaged into another row of the same time'
              : `same time as another row (data.duplicates is "${config.duplicates}")`;
          if (!stays) log.add(reason, rows[i] as number);
        }
      }
      kept[count] = (config.duplicates === 'last' ? rows[to - 1] : rows[from]) as number;
      offsets[count] = from;
      count++;
      from = to;
    }
    ranges.push({ name, start: first, end: count, history: first });
  }
  offsets[count] = rows.length;
  const merging = config.duplicates === 'mean' && duplicates > 0;
  return {
    rows: kept.slice(0, count),
    series: ranges,
    merged: merging ? { offsets: offsets.slice(0, count + 1), rows } : null,
  };
}

function sameTime(
  table: Table,
  time: Exclude<Column, { type: 'text' }>,
  series: string,
  a: number,
  b: number,
): WorkbenchError {
  const at = time.values[a] as number;
  const text = time.type === 'time' ? formatTime(at, time.format) : String(at);
  const of = series === '' ? '' : ` of series "${series}"`;
  return new WorkbenchError(
    'data/duplicate-times',
    `Rows ${a + 1} and ${b + 1}${of} have the same time, ${text}`,
    {
      where: `${table.name}, column "${time.name}"`,
      hint: 'Set data.duplicates to "first", "last" or "mean", or give the column that tells them apart the role "series".',
      data: { rows: [a + 1, b + 1], column: time.name },
    },
  );
}

/** The cells of a numeric column in order; averaged where rows were merged. */
export function gatherNumbers(column: Exclude<Column, { type: 'text' }>, ordered: OrderedRows): Float64Array {
  const { rows, merged } = ordered;
  const cells = column.values;
  const values = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) values[i] = cells[rows[i] as number] as number;
  if (merged === null) return values;
  for (let i = 0; i < rows.length; i++) {
    const from = merged.offsets[i] as number;
    const to = merged.offsets[i + 1] as number;
    if (to - from === 1) continue;
    let sum = 0;
    let count = 0;
    for (let k = from; k < to; k++) {
      const value = cells[merged.rows[k] as number] as number;
      if (Number.isNaN(value)) continue;
      sum += value;
      count++;
    }
    values[i] = count === 0 ? Number.NaN : sum / count;
  }
  return values;
}
