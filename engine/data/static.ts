import { WorkbenchError } from '../base/errors.ts';
import type { DataConfig } from '../contract/data.ts';
import { type Column, cellText, isMissing, type Table } from './table.ts';

/**
 * Repeats the one value of each series in all its rows, for columns that are static. Series without one stay empty.
 * @throws config/impossible where a series has two values, naming both rows.
 */
export function fillStatic(table: Table, data: DataConfig): Table {
  const names = new Set(data.columns.filter(({ known }) => known === 'static').map(({ name }) => name));
  if (names.size === 0) return table;
  const seriesName = data.columns.find(({ role }) => role === 'series')?.name;
  const series = table.columns.find(({ name }) => name === seriesName) ?? null;
  const key = (row: number): string | null => (series === null ? '' : cellText(series, row));
  const columns = table.columns.map((column) =>
    names.has(column.name) ? spread(table, column, key) : column,
  );
  return { ...table, columns };
}

function spread(table: Table, column: Column, key: (row: number) => string | null): Column {
  const cells = column.type === 'text' ? column.codes : column.values;
  const firsts = new Map<string, number>();
  for (let row = 0; row < table.rowCount; row++) {
    const series = key(row);
    if (series === null || isMissing(column, row)) continue;
    const first = firsts.get(series);
    if (first === undefined) firsts.set(series, row);
    else if (cells[first] !== cells[row]) {
      const of = series === '' ? '' : ` of series "${series}"`;
      throw new WorkbenchError(
        'config/impossible',
        `Column "${column.name}" is static, but rows ${first + 1} and ${row + 1}${of} differ`,
        {
          where: `${table.name}, row ${row + 1}, column "${column.name}"`,
          hint: 'Correct the cell, or leave out "known" for the column.',
          data: { rows: [first + 1, row + 1], column: column.name },
        },
      );
    }
  }
  const source = (row: number): number => firsts.get(key(row) ?? '') ?? row;
  if (column.type === 'text')
    return { ...column, codes: column.codes.map((_, row) => column.codes[source(row)] as number) };
  return { ...column, values: column.values.map((_, row) => column.values[source(row)] as number) };
}
