import { type Arrangement, readNumbers } from './arrange.ts';
import type { Preparation } from './preparation.ts';
import { gapOf, lookAhead } from './segments.ts';
import { type Column, findColumn } from './table.ts';

/** Ways in which a model could see what it is to predict, as sentences. */
export function findLeaks(arrangement: Arrangement, preparation: Preparation): string[] {
  const { experiment, used } = arrangement;
  const warnings: string[] = [];
  const sameRow = experiment.task !== 'forecast' && experiment.task !== 'next';
  if (sameRow) {
    for (const { config } of used.targets) {
      if (config.role === 'featureAndTarget') {
        warnings.push(
          `Leak: column "${config.name}" is an input and the target of the same row, so the model is shown the answer; give it the role "target".`,
        );
      }
    }
  }
  warnings.push(...copiedColumns(arrangement, preparation, sameRow));
  const { split, sequence, window, horizon } = experiment.data;
  const safe = window + horizon - 1;
  if (split.kind === 'time' && sequence === 'window' && gapOf(experiment) < safe) {
    warnings.push(
      `The parts of the split are ${gapOf(experiment)} rows apart (data.split.gap); with fewer than window + horizon - 1 = ${safe}, the first windows of a part resemble the last ones of the part before.`,
    );
  }
  if (experiment.data.missing === 'interpolate' && hasGaps(arrangement)) {
    warnings.push(
      'Leak: interpolated inputs know the value after the gap; "forward" repeats what was known at the time.',
    );
  }
  return warnings;
}

/** Inputs that equal a target: of the same row, or of a row that is still to come. */
function copiedColumns(arrangement: Arrangement, preparation: Preparation, sameRow: boolean): string[] {
  const { table, experiment } = arrangement;
  const warnings: string[] = [];
  const lags = sameRow ? [0] : Array.from({ length: Math.min(3, lookAhead(experiment)) }, (_, i) => i + 1);
  const targets = preparation.targets.map((target) => {
    const column = findColumn(table, target.column);
    return { name: target.column, column, truth: numbersOf(arrangement, column, target.texts) };
  });
  for (const input of preparation.inputs) {
    const column = findColumn(table, input.column);
    const values = numbersOf(arrangement, column, null);
    for (const { name, column: targetColumn, truth } of targets) {
      if (input.column === name && sameRow) continue;
      if (truth === null || values === null) {
        if (sameRow && determines(column, targetColumn, table.rowCount)) {
          warnings.push(`Leak: column "${input.column}" tells the target "${name}" of its row exactly.`);
        }
        continue;
      }
      const lag = lags.find((ahead) => equals(values, truth, ahead, arrangement));
      if (lag === undefined) continue;
      warnings.push(
        lag === 0
          ? `Leak: column "${input.column}" is the same as the target "${name}".`
          : `Leak: column "${input.column}" is the target "${name}" ${lag} ${lag === 1 ? 'row' : 'rows'} ahead.`,
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

function hasGaps({ used, table }: Arrangement): boolean {
  return used.features.some(({ column }) => {
    if (column.type === 'text') return false;
    for (let row = 0; row < table.rowCount; row++) if (Number.isNaN(column.values[row])) return true;
    return false;
  });
}
