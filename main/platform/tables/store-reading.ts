import type { DuckDBConnection } from '@duckdb/node-api';
import type { ParsedTable } from '../../../engine/data/formats/parsed-table.ts';
import type { PartReading } from '../formats/format-reader.ts';
import { identifier } from './database.ts';
import { fitReadings } from './fit-readings.ts';
import { importCsv, timeNotes } from './import-csv.ts';
import {
  applyChanges,
  type Change,
  type NumberStyle,
  refineColumns,
  type SqlColumn,
} from './refine-columns.ts';
import { listColumns } from './reshape.ts';
import { storeParsed } from './store-parsed.ts';
import { storeQuery } from './store-query.ts';
import type { ColumnReading, StoredColumn } from './stored-column.ts';

export interface StoredReading {
  readonly columns: readonly StoredColumn[];
  /** Rows of the table, records of the file, and what became of the others. */
  readonly rows: number;
  readonly read: number;
  readonly dropped: ParsedTable['dropped'];
  readonly notes: readonly string[];
}

const plainNumbers: NumberStyle = { decimalComma: false, thousands: 'none' };

/**
 * Writes one part into a table of the database, typed.
 * @param name what messages call the file.
 * @param readings how columns must be read; the others are typed by their content.
 */
export async function storeReading(
  connection: DuckDBConnection,
  reading: PartReading,
  table: string,
  name: string,
  readings: readonly ColumnReading[],
): Promise<StoredReading> {
  if (reading.kind === 'csv') {
    const { scanned, notes, dropped } = reading;
    const imported = await importCsv(connection, scanned, table, readings);
    const rows = scanned.records;
    return { columns: imported.columns, rows, read: rows, dropped, notes: [...notes, ...imported.notes] };
  }
  if (reading.kind === 'query') {
    const { columns, notes } = await storeQuery(connection, reading.from, table, name);
    const typed = await typeColumns(connection, table, name, columns, [], readings);
    const counted = await connection.runAndReadAll(`SELECT count(*) FROM ${identifier(table)}`);
    const rows = Number(counted.getRows()[0]?.[0]);
    return { columns: typed.columns, rows, read: rows, dropped: [], notes: [...notes, ...typed.notes] };
  }
  const parsed = reading.table;
  const texts = readings.filter(({ type }) => type === 'text').map((column) => column.name);
  const { columns, changes } = await storeParsed(connection, parsed, table, new Set(texts));
  const guesses = parsed.columns.map((column) => (column.kind === 'text' ? column.guess : 'none'));
  const typed = await typeColumns(connection, table, name, columns, changes, readings, guesses);
  const { rowCount, read, dropped, notes } = parsed;
  return { columns: typed.columns, rows: rowCount, read, dropped, notes: [...notes, ...typed.notes] };
}

/** Finds what texts are, and makes columns what the same columns of another file were. */
async function typeColumns(
  connection: DuckDBConnection,
  table: string,
  name: string,
  columns: readonly SqlColumn[],
  changes: readonly Change[],
  readings: readonly ColumnReading[],
  guesses: readonly ('all' | 'times' | 'none')[] = columns.map(() => 'times'),
): Promise<{ readonly columns: readonly StoredColumn[]; readonly notes: readonly string[] }> {
  const settled = new Set([
    ...readings.map((reading) => reading.name),
    ...changes.map(({ column }) => column.name),
  ]);
  const free = (guess: 'all' | 'times') =>
    columns.filter(
      (column, i) =>
        !settled.has(column.name) &&
        (guesses[i] === guess || (guess === 'all' && column.sqlType !== 'VARCHAR')),
    );
  const texts = columns.filter(({ sqlType }) => sqlType === 'VARCHAR').map((column) => column.name);
  const asked = readings.filter(({ name: column }) => texts.includes(column)).map((reading) => reading.name);
  const lists = new Set(await listColumns(connection, table, asked));
  const fitted = readings.filter((reading) => !lists.has(reading.name));
  const typed = await applyChanges(connection, table, columns, [
    ...changes,
    ...(await refineColumns(connection, table, free('all'), plainNumbers)),
    ...(await refineColumns(connection, table, free('times'), { ...plainNumbers, guess: 'times' })),
    ...(await fitReadings(connection, table, name, columns, fitted, plainNumbers)),
  ]);
  return { columns: typed, notes: await timeNotes(connection, table, typed) };
}
