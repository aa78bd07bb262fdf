import type { Experiment } from '../contract/experiment.ts';
import { checkCells } from './check-cells.ts';
import { deriveTable } from './derive-table.ts';
import { DropLog } from './drop-log.ts';
import { fillMissing, leadingMissing } from './fill-missing.ts';
import { futureRows } from './future-rows.ts';
import { gatherNumbers, type OrderedRows, orderRows } from './order.ts';
import { requireSensible, rowsLookedBack } from './require-sensible.ts';
import { type Segment, splitSegments } from './segments.ts';
import type { Column, Table } from './table.ts';
import type { TimeZone } from './time-zone.ts';
import { findUsedColumns, type UsedColumns } from './used-columns.ts';

/** A table whose rows are checked, in order, without duplicates and cut into series and parts. */
export interface Arrangement {
  readonly experiment: Experiment;
  /** The table as it stands in the file. */
  readonly source: Table;
  /** The table that rows are counted in: that of the file, or periods of time. */
  readonly table: Table;
  readonly used: UsedColumns;
  readonly ordered: OrderedRows;
  readonly segments: readonly Segment[];
  readonly zone: TimeZone;
  /** [rows] 1 where only what is known ahead is given; null where no column is. Only in prediction. */
  readonly future: Uint8Array | null;
  readonly log: DropLog;
  readonly warnings: readonly string[];
}

/**
 * @param predicting whole series, no parts, and targets may be missing.
 * @throws data/* and config/impossible, naming row and column.
 */
export function arrange(experiment: Experiment, source: Table, predicting = false): Arrangement {
  const log = new DropLog();
  requireSensible(experiment);
  const { table, zone, warnings } = deriveTable(source, experiment.data, log);
  const used = findUsedColumns(experiment, table, predicting);
  const future = predicting ? futureRows(experiment, table, used) : null;
  const keep = checkCells(experiment, table, used, log, predicting, future);
  const all = orderRows(table, used, experiment.data, keep, log);
  const led = experiment.data.missing === 'forward' ? dropLeading(used, all, log) : all;
  const ordered = dropHistory(experiment, led, log);
  const split = predicting
    ? ordered.series.map(
        (range, series): Segment => ({ series, part: null, start: range.start, end: range.end }),
      )
    : splitSegments(experiment, ordered, used, log);
  const segments = experiment.data.missing === 'interpolate' ? dropHollow(used, ordered, split, log) : split;
  return { experiment, source, table, used, ordered, segments, zone, future, log, warnings };
}

/**
 * The numbers of a column in order, filled as the experiment says.
 * @param texts what means 0 and 1 in a text column.
 * @param mean what `missing: "mean"` and `"mask"` fill in; null leaves those cells missing.
 * @returns [positions], and [positions] 1 where the cell was missing (null where none was).
 */
export function readNumbers(
  arrangement: Arrangement,
  column: Column,
  texts: readonly [string, string] | null,
  mean: number | null,
): { values: Float64Array; missing: Uint8Array | null } {
  const { experiment, ordered, segments } = arrangement;
  const values = gather(column, texts, ordered);
  let missing: Uint8Array | null = null;
  for (let i = 0; i < values.length; i++) {
    if (!Number.isNaN(values[i])) continue;
    missing ??= new Uint8Array(values.length);
    missing[i] = 1;
  }
  const choice = experiment.data.missing;
  const byMean = choice === 'mean' || choice === 'mask';
  if (missing !== null && !(byMean && mean === null)) {
    fillMissing(values, choice, ordered.series, segments, mean ?? 0);
  }
  return { values, missing };
}

function gather(column: Column, texts: readonly [string, string] | null, ordered: OrderedRows): Float64Array {
  if (column.type !== 'text') return gatherNumbers(column, ordered);
  const numbers = column.dictionary.map((text) => texts?.indexOf(text) ?? -1);
  return Float64Array.from(ordered.rows, (row) => {
    const number = numbers[column.codes[row] as number] ?? -1;
    return number < 0 ? Number.NaN : number;
  });
}

/** Inputs that are filled: numbers, and 0/1 texts, of which any two stand for 0 and 1 as far as gaps go. */
function filledInputs(used: UsedColumns, ordered: OrderedRows): { name: string; values: Float64Array }[] {
  return used.features
    .filter(({ config }) => config.encoding === 'numeric' || config.encoding === 'binary')
    .map(({ column }) => {
      const texts = column.type === 'text' ? column.dictionary : [];
      return { name: column.name, values: gather(column, [texts[0] ?? '', texts[1] ?? ''], ordered) };
    });
}

function dropLeading(used: UsedColumns, ordered: OrderedRows, log: DropLog): OrderedRows {
  const inputs = filledInputs(used, ordered);
  const series = ordered.series.map((range) => {
    let start = range.start;
    for (const { name, values } of inputs) {
      const first = range.start + leadingMissing(values, range);
      for (; start < first; start++) {
        log.add(`no earlier value of column "${name}" to repeat`, ordered.rows[start] as number);
      }
    }
    return { ...range, start, history: start };
  });
  return { ...ordered, series };
}

/** The first rows of a series have no rows before them to look back at. */
function dropHistory(experiment: Experiment, ordered: OrderedRows, log: DropLog): OrderedRows {
  const back = rowsLookedBack(experiment.data.columns);
  if (back === 0) return ordered;
  const series = ordered.series.map((range) => {
    const start = Math.min(range.end, range.history + back);
    for (let at = range.start; at < start; at++) {
      log.add(
        `first rows of a series, with fewer than ${back} before them for a difference, lag or rolling value`,
        ordered.rows[at] as number,
      );
    }
    return { ...range, start };
  });
  return { ...ordered, series };
}

/** Parts of a series without a single value of some column cannot be interpolated. */
function dropHollow(
  used: UsedColumns,
  ordered: OrderedRows,
  segments: readonly Segment[],
  log: DropLog,
): Segment[] {
  const inputs = filledInputs(used, ordered);
  return segments.filter((segment) => {
    if (segment.end === segment.start) return true;
    const hollow = inputs.find(
      ({ values }) => leadingMissing(values, segment) === segment.end - segment.start,
    );
    if (hollow === undefined) return true;
    for (let at = segment.start; at < segment.end; at++) {
      log.add(`no value of column "${hollow.name}" to interpolate from`, ordered.rows[at] as number);
    }
    return false;
  });
}
