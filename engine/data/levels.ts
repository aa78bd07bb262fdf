import { WorkbenchError } from '../base/errors.ts';
import { type Arrangement, readNumbers } from './arrange.ts';
import { applyClip } from './clip.ts';
import type { Range } from './fill-missing.ts';
import { applyPower } from './power.ts';
import type { Statistics } from './preparation.ts';
import { type Column, rowLabel } from './table.ts';

/** What of its statistics a column needs before it is normalized. */
export type LevelRecipe = Pick<Statistics, 'mean' | 'clip' | 'power'>;

/** A numeric column in order, before differences and normalization. Arrays are [positions]. */
export interface Levels {
  /** Filled, clipped and transformed; NaN where nothing could be filled in. */
  readonly values: Float64Array;
  /** 1 where the cell was missing; null where none was. */
  readonly missing: Uint8Array | null;
}

/**
 * Fills, clips and transforms, in this order.
 * @param clipped where outliers are moved to the bounds; null for everywhere.
 * @throws config/impossible for a value that the transform is not defined for, naming its row.
 */
export function levelsOf(
  arrangement: Arrangement,
  column: Column,
  { mean, clip, power }: LevelRecipe,
  clipped: readonly Range[] | null,
): Levels {
  const { values, missing } = readNumbers(arrangement, column, null, mean);
  if (clip !== null) applyClip(clip, values, clipped ?? [{ start: 0, end: values.length }]);
  if (power === null) return { values, missing };
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (Number.isNaN(value)) continue;
    values[i] = applyPower(power, value);
    if (Number.isNaN(values[i])) throw outside(arrangement, column, value, power.offset, i);
  }
  return { values, missing };
}

function outside(
  { table, ordered }: Arrangement,
  column: Column,
  value: number,
  offset: number,
  position: number,
): WorkbenchError {
  const row = ordered.rows[position] as number;
  const sum = offset === 0 ? '' : ` + ${offset}`;
  return new WorkbenchError(
    'config/impossible',
    `The transform of column "${column.name}" needs numbers more than 0, and ${value}${sum} is not`,
    {
      where: `${table.name}, ${rowLabel(table, row)}, column "${column.name}"`,
      hint: 'Raise the offset of the transform, or take the transform from the column.',
      data: { row: row + 1, column: column.name },
    },
  );
}

type Series = { readonly history: number; readonly end: number };

/** The change since `rows` rows before, of the same series; NaN where there is none. [positions] */
export function differencesOf(levels: Float64Array, rows: number, series: readonly Series[]): Float64Array {
  const changes = new Float64Array(levels.length).fill(Number.NaN);
  for (const { history, end } of series) {
    for (let i = history + rows; i < end; i++)
      changes[i] = (levels[i] as number) - (levels[i - rows] as number);
  }
  return changes;
}

/** The value `rows` rows before, of the same series; NaN where there is none. [positions] */
export function lagsOf(levels: Float64Array, rows: number, series: readonly Series[]): Float64Array {
  const lagged = new Float64Array(levels.length).fill(Number.NaN);
  for (const { history, end } of series) {
    if (end - history > rows) lagged.set(levels.subarray(history, end - rows), history + rows);
  }
  return lagged;
}

/**
 * Mean or population standard deviation of the last `rows` rows, the present one among them; NaN where there are
 * fewer. [positions]
 */
export function rollingOf(
  levels: Float64Array,
  rows: number,
  statistic: 'mean' | 'deviation',
  series: readonly Series[],
): Float64Array {
  const rolled = new Float64Array(levels.length).fill(Number.NaN);
  for (const { history, end } of series) {
    for (let i = history + rows - 1; i < end; i++) {
      let sum = 0;
      for (let k = i - rows + 1; k <= i; k++) sum += levels[k] as number;
      const mean = sum / rows;
      if (statistic === 'mean') {
        rolled[i] = mean;
        continue;
      }
      let squares = 0;
      for (let k = i - rows + 1; k <= i; k++) squares += ((levels[k] as number) - mean) ** 2;
      rolled[i] = Math.sqrt(squares / rows);
    }
  }
  return rolled;
}
