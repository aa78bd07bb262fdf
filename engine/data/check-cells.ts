import { WorkbenchError } from '../base/errors.ts';
import type { Experiment } from '../contract/experiment.ts';
import type { DropLog } from './drop-log.ts';
import { pastColumns } from './future-rows.ts';
import { type Column, missingIn, rowLabel, type Table } from './table.ts';
import type { UsedColumn, UsedColumns } from './used-columns.ts';

/**
 * Looks at every cell in use before anything is done with it.
 * @param future [rows] 1 where columns that are not known ahead may hold nothing.
 * @returns [rows] 1 where the row takes part; dropped rows are in the log.
 * @throws data/not-finite, data/missing-values, data/no-target, config/impossible, naming row and column.
 */
export function checkCells(
  experiment: Experiment,
  table: Table,
  used: UsedColumns,
  log: DropLog,
  predicting: boolean,
  future: Uint8Array | null,
): Uint8Array {
  const keep = new Uint8Array(table.rowCount).fill(1);
  const { missing } = experiment.data;
  const inputs = used.features.map(({ column }) => column);
  const targets = used.targets.map(({ column }) => column).filter((column) => !inputs.includes(column));
  const required = predicting ? inputs : [...inputs, ...targets];
  for (const column of new Set([...inputs, ...(predicting ? [] : targets), ...used.states])) {
    requireFinite(column, table);
  }
  if (!predicting) for (const { column } of used.targets) requireSome(column, table, true);
  for (const column of inputs) requireSome(column, table, false);
  for (const use of [...used.features, ...(predicting ? [] : used.targets)]) requireBinary(use, table);
  const past = new Set(pastColumns(used));
  const lacksIn = (column: Column): ((row: number) => boolean) => {
    const missingAt = missingIn(column);
    if (future === null || !past.has(column)) return missingAt;
    return (row) => missingAt(row) && future[row] !== 1;
  };
  if (missing === 'error') refuseMissing([...new Set([...required, ...used.states])], table, lacksIn);
  else refuseMissing(missing === 'drop' ? [] : used.states, table, lacksIn);
  if (missing === 'drop') {
    for (const column of new Set([...required, ...used.states])) {
      const lacks = lacksIn(column);
      for (let row = 0; row < table.rowCount; row++) {
        if (keep[row] === 0 || !lacks(row)) continue;
        keep[row] = 0;
        log.add(`nothing in column "${column.name}" (data.missing is "drop")`, row);
      }
    }
  }
  if (experiment.training.loss.kind === 'poisson' && !predicting) {
    for (const { column } of used.targets) requireCounts(column, table);
  }
  if (used.weight !== null && !predicting) requireWeights(used.weight, table);
  return keep;
}

/** Squares of larger numbers, and their sums, leave the range of a double. */
const largestNumber = 1e150;

function requireFinite(column: Column, table: Table): void {
  if (column.type === 'text') return;
  const { values } = column;
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    if (Math.abs(value) > largestNumber && Number.isFinite(value)) {
      throw new WorkbenchError(
        'data/not-finite',
        `A cell holds ${value}, which is too large to compute with (beyond ${largestNumber})`,
        {
          where: `${table.name}, ${rowLabel(table, row)}, column "${column.name}"`,
          hint: 'Correct the cell, or empty it and choose in data.missing what happens to missing numbers.',
          data: { row: row + 1, column: column.name },
        },
      );
    }
    if (value !== Number.POSITIVE_INFINITY && value !== Number.NEGATIVE_INFINITY) continue;
    throw new WorkbenchError(
      'data/not-finite',
      `A cell holds ${value > 0 ? 'infinity' : 'minus infinity'}, which no model can learn from`,
      {
        where: `${table.name}, ${rowLabel(table, row)}, column "${column.name}"`,
        hint: 'Correct the cell, or empty it and choose in data.missing what happens to missing numbers.',
        data: { row: row + 1, column: column.name },
      },
    );
  }
}

function requireSome(column: Column, table: Table, target: boolean): void {
  const missingAt = missingIn(column);
  for (let row = 0; row < table.rowCount; row++) if (!missingAt(row)) return;
  throw new WorkbenchError(
    target ? 'data/no-target' : 'data/missing-values',
    target
      ? `The target "${column.name}" has no values at all`
      : `Column "${column.name}" has no values at all`,
    {
      where: `${table.name}, column "${column.name}"`,
      hint: target ? 'Choose another column to predict.' : 'Give it the role "ignore".',
      data: { column: column.name },
    },
  );
}

function requireBinary({ config, column }: UsedColumn, table: Table): void {
  if (config.encoding !== 'binary' || column.type === 'boolean') return;
  const fail = (row: number, text: string) =>
    new WorkbenchError('config/impossible', `Column "${column.name}" is not 0 or 1 everywhere: ${text}`, {
      where: `${table.name}, ${rowLabel(table, row)}, column "${column.name}"`,
      hint: 'Set its encoding to "numeric", or correct the cell.',
      data: { row: row + 1, column: column.name },
    });
  if (column.type === 'text') {
    if (column.dictionary.length <= 2) return;
    const row = column.codes.indexOf(2);
    throw fail(row, `"${column.dictionary[2]}" is its third value`);
  }
  for (let row = 0; row < table.rowCount; row++) {
    const value = column.values[row] as number;
    if (value !== 0 && value !== 1 && !Number.isNaN(value)) throw fail(row, `it holds ${value}`);
  }
}

function refuseMissing(
  columns: readonly Column[],
  table: Table,
  lacksIn: (column: Column) => (row: number) => boolean,
): void {
  let first: { row: number; column: Column } | null = null;
  let count = 0;
  for (const column of columns) {
    const lacks = lacksIn(column);
    for (let row = 0; row < table.rowCount; row++) {
      if (!lacks(row)) continue;
      count++;
      if (first === null || row < first.row) first = { row, column };
    }
  }
  if (first === null) return;
  const { row, column } = first;
  const others = count === 1 ? '' : `; so do ${count - 1} more`;
  throw new WorkbenchError('data/missing-values', `A cell holds nothing${others}`, {
    where: `${table.name}, ${rowLabel(table, row)}, column "${column.name}"`,
    hint: 'Set data.missing to "drop", "forward", "interpolate", "mean" or "mask", or fill in the file.',
    data: { row: row + 1, column: column.name, count },
  });
}

function requireCounts(column: Column, table: Table): void {
  if (column.type === 'text') return;
  for (let row = 0; row < table.rowCount; row++) {
    const value = column.values[row] as number;
    if (!(value < 0)) continue;
    throw new WorkbenchError(
      'config/impossible',
      `The loss "poisson" is for counts, and the target "${column.name}" holds ${value}`,
      {
        where: `${table.name}, ${rowLabel(table, row)}, column "${column.name}"`,
        hint: 'Use the loss "meanSquaredError", or correct the cell.',
        data: { row: row + 1, column: column.name },
      },
    );
  }
}

function requireWeights(column: Column, table: Table): void {
  if (column.type === 'text') return;
  for (let row = 0; row < table.rowCount; row++) {
    const value = column.values[row] as number;
    if (value >= 0 && Number.isFinite(value)) continue;
    throw new WorkbenchError(
      'data/not-finite',
      `A sample weight is ${Number.isNaN(value) ? 'missing' : String(value)}; weights are numbers from 0 up`,
      {
        where: `${table.name}, ${rowLabel(table, row)}, column "${column.name}"`,
        hint: 'Correct the cell, or take the role "weight" from the column.',
        data: { row: row + 1, column: column.name },
      },
    );
  }
}
