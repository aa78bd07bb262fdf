import { type Arrangement, readNumbers } from './arrange.ts';
import type { Preparation } from './preparation.ts';
import { lookAhead } from './segments.ts';
import { type Column, findColumn } from './table.ts';

/** Inputs whose correlation with a target is at least this are the target in another unit, or rounded. */
const nearlyEqual = 0.9999;

/** Inputs that equal a target, or move with it: of the same row, or of a row that is still to come. */
export function copiedColumns(
  arrangement: Arrangement,
  preparation: Preparation,
  sameRow: boolean,
): string[] {
  const { table, experiment, used } = arrangement;
  const warnings: string[] = [];
  const ahead = sameRow ? [0] : Array.from({ length: Math.min(3, lookAhead(experiment)) }, (_, i) => i + 1);
  const targets = preparation.targets.map((target) => {
    const column = findColumn(table, target.column);
    return { name: target.column, column, truth: numbersOf(arrangement, column, target.texts) };
  });
  for (const { config, column } of used.features) {
    const { name: input } = config;
    const values = numbersOf(arrangement, column, null);
    // What is known ahead is shown in the rows that are predicted.
    const lags = config.known === 'future' ? [0, ...ahead] : ahead;
    for (const { name, column: targetColumn, truth } of targets) {
      if (input === name && sameRow) continue;
      if (truth === null || values === null) {
        if (sameRow && determines(column, targetColumn, table.rowCount)) {
          warnings.push(`Leak: column "${input}" tells the target "${name}" of its row exactly.`);
        }
        continue;
      }
      const lag = lags.find((rows) => equals(values, truth, rows, arrangement));
      if (lag !== undefined) {
        warnings.push(
          lag === 0
            ? `Leak: column "${input}" is the same as the target "${name}".`
            : `Leak: column "${input}" is the target "${name}" ${lag} ${lag === 1 ? 'row' : 'rows'} ahead.`,
        );
        continue;
      }
      const near = lags.find(
        (rows) => Math.abs(correlation(values, truth, rows, arrangement)) >= nearlyEqual,
      );
      if (near === undefined || input === name) continue;
      warnings.push(
        near === 0
          ? `Leak: column "${input}" moves with the target "${name}" almost exactly.`
          : `Leak: column "${input}" moves almost exactly as the target "${name}" does ${near} ${near === 1 ? 'row' : 'rows'} later.`,
      );
    }
  }
  return warnings;
}

function numbersOf(
  arrangement: Arrangement,
  column: Column,
  texts: readonly [string, string] | null,
): Float64Array | null {
  if (column.type === 'text' && texts === null) return null;
  return readNumbers(arrangement, column, texts, null).values;
}

/** Whether input[t] is truth[t + ahead] all through, and varies. */
function equals(input: Float64Array, truth: Float64Array, ahead: number, { ordered }: Arrangement): boolean {
  let compared = 0;
  let varies = false;
  for (const { start, end } of ordered.series) {
    for (let i = start; i + ahead < end; i++) {
      const a = input[i] as number;
      const b = truth[i + ahead] as number;
      if (Number.isNaN(a) && Number.isNaN(b)) continue;
      if (a !== b) return false;
      compared++;
      if (a !== input[start]) varies = true;
    }
  }
  return varies && compared > 2;
}

/** Changes fewer than this agree by chance. */
const fewestChanges = 10;
/** More changes than this tell nothing more. */
const mostChanges = 200_000;

/**
 * Pearson correlation of the changes from row to row: levels of slow series agree without a leak. 0 where there is too
 * little to tell.
 */
function correlation(
  input: Float64Array,
  truth: Float64Array,
  ahead: number,
  { ordered }: Arrangement,
): number {
  let count = 0;
  let a1 = 0;
  let b1 = 0;
  let aa = 0;
  let bb = 0;
  let ab = 0;
  const distinct = new Set<number>();
  for (const { start, end } of ordered.series) {
    for (let i = start + 1; i + ahead < end && count < mostChanges; i++) {
      const a = (input[i] as number) - (input[i - 1] as number);
      const b = (truth[i + ahead] as number) - (truth[i + ahead - 1] as number);
      if (Number.isNaN(a) || Number.isNaN(b)) continue;
      count++;
      const da = a - a1;
      const db = b - b1;
      a1 += da / count;
      b1 += db / count;
      aa += da * (a - a1);
      bb += db * (b - b1);
      ab += da * (b - b1);
      if (distinct.size <= 4) distinct.add(a);
    }
  }
  // Changes of a switch are -1, 0 and 1: two switches agree more easily than two measurements.
  if (count < fewestChanges || distinct.size <= 4 || aa === 0 || bb === 0) return 0;
  return ab / Math.sqrt(aa * bb);
}

/** Whether each text of an input goes with one target text, and each target text with one input text. */
function determines(input: Column, target: Column, rows: number): boolean {
  if (input.type !== 'text' || target.type !== 'text' || input === target) return false;
  if (input.dictionary.length !== target.dictionary.length || input.dictionary.length < 2) return false;
  const forward = new Map<number, number>();
  for (let row = 0; row < rows; row++) {
    const a = input.codes[row] as number;
    const b = target.codes[row] as number;
    const known = forward.get(a);
    if (known === undefined) forward.set(a, b);
    else if (known !== b) return false;
  }
  return new Set(forward.values()).size === forward.size;
}
