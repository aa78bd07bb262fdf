import type { Experiment } from '../contract/experiment.ts';
import { checkCells } from './check-cells.ts';
import { DropLog } from './drop-log.ts';
import { fillMissing, leadingMissing } from './fill-missing.ts';
import { gatherNumbers, type OrderedRows, orderRows } from './order.ts';
import { type Segment, splitSegments } from './segments.ts';
import type { Column, Table } from './table.ts';
import { findUsedColumns, type UsedColumns } from './used-columns.ts';

/** A table whose rows are checked, in order, without duplicates and cut into series and parts. */
export interface Arrangement {
  readonly experiment: Experiment;
  readonly table: Table;
  readonly used: UsedColumns;
  readonly ordered: OrderedRows;
  readonly segments: readonly Segment[];
  readonly log: DropLog;
}

/**
 * @param predicting whole series, no parts, and targets may be missing.
 * @throws data/* and config/impossible, naming row and column.
 */
export function arrange(experiment: Experiment, table: Table, predicting = false): Arrangement {
  const log = new DropLog();
  const used = findUsedColumns(experiment, table, predicting);
  const keep = checkCells(experiment, table, used, log, predicting);
  const all = orderRows(table, used, experiment.data, keep, log);
  const ordered = experiment.data.missing === 'forward' ? dropLeading(used, all, log) : all;
  const split = predicting
    ? ordered.series.map(
        (range, series): Segment => ({ series, part: null, start: range.start, end: range.end }),
      )
    : splitSegments(experiment, ordered, used.split, log);
  const segments = experiment.data.missing === 'interpolate' ? dropHollow(used, ordered, split, log) : split;
  return { experiment, table, used, ordered, segments, log };
}

/**
 * The numbers of a column in order, filled as the experiment says.
 * @param texts what means 0 and 1 in a text column.
 * @param mean what `missing: "mean"` fills in; null leaves those cells missing.
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
  if (missing !== null && !(choice === 'mean' && mean === null)) {
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
