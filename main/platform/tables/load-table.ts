import type { DuckDBConnection } from '@duckdb/node-api';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import type { Column, Table } from '../../../engine/data/table.ts';
import { identifier } from './database.ts';
import { SpilledColumns } from './spilled-columns.ts';
import type { StoredColumn } from './stored-column.ts';

/** Gathers the texts of a column into codes and a dictionary. */
class TextBuilder {
  readonly codes: Int32Array;
  readonly dictionary: string[] = [];
  readonly #known = new Map<string, number>();

  constructor(rows: number) {
    this.codes = new Int32Array(rows).fill(-1);
  }

  set(row: number, text: string): void {
    let code = this.#known.get(text);
    if (code === undefined) {
      code = this.dictionary.length;
      this.dictionary.push(text);
      this.#known.set(text, code);
    }
    this.codes[row] = code;
  }
}

/**
 * Hands a table of the database to the engine.
 * @param name what messages call the table: the name of its source file.
 * @param spill where numbers lie that are too many for memory; all are held in memory by default.
 * @param offset first row to hand over, from 0; null, for all of them, checks that there are `rows`.
 */
export async function loadColumns(
  connection: DuckDBConnection,
  table: string,
  columns: readonly StoredColumn[],
  rows: number,
  name: string,
  offset: number | null = null,
  spill: SpillOptions | null = null,
): Promise<Table> {
  const store = spill === null ? null : spillFor(columns, rows, spill);
  const height = store === null ? rows : Math.min(rows, blockRows);
  const values = columns.map((column) => (column.type === 'text' ? null : new Float64Array(height)));
  const texts = columns.map((column) => (column.type === 'text' ? new TextBuilder(rows) : null));
  const list = columns.map(selectExpression).join(', ');
  const range = offset === null ? '' : `WHERE rowid >= ${offset} AND rowid < ${offset + rows}`;
  const result = await connection.stream(`SELECT ${list} FROM ${identifier(table)} ${range} ORDER BY rowid`);
  let row = 0;
  let first = 0;
  const flush = () => {
    values.forEach((numbers, i) => {
      if (numbers !== null) store?.write(i, first, numbers.subarray(0, row - first));
    });
    first = row;
  };
  for (;;) {
    const chunk = await result.fetchChunk();
    // Every look at it is a call into the database.
    const count = chunk?.rowCount ?? 0;
    if (chunk === null || count === 0) break;
    if (row + count > rows) throw wrongCount(table);
    if (store !== null && row + count - first > height) flush();
    for (let i = 0; i < columns.length; i++) {
      const vector = chunk.getColumnVector(i);
      const numbers = values[i];
      const text = texts[i];
      for (let k = 0; k < count; k++) {
        const item = vector.getItem(k);
        if (typeof item === 'number') {
          if (numbers) numbers[row - first + k] = item;
        } else if (typeof item === 'string') text?.set(row + k, item);
      }
    }
    row += count;
  }
  if (row !== rows) throw wrongCount(table);
  if (store !== null) flush();
  return {
    name,
    rowCount: rows,
    columns: columns.map((column, i) => {
      if (store === null || column.type === 'text')
        return assemble(column, values[i] ?? null, texts[i] ?? null);
      const assembled = assemble(column, null, null);
      // The engine takes one column after the other; each comes into memory when it is asked for.
      return Object.defineProperty(assembled, 'values', { enumerable: true, get: () => store.read(i) });
    }),
  };
}

/** Rows that are gathered before they go to the file. */
const blockRows = 1 << 16;

export interface SpillOptions {
  /** Where columns lie that do not fit; nothing is left there. */
  readonly folder: string;
  /** Bytes of numbers from which on they lie there, and about what of them is held in memory. */
  readonly limit: number;
}

/** Where the numbers of a table go when they are too many; null while they fit. */
function spillFor(
  columns: readonly StoredColumn[],
  rows: number,
  { folder, limit }: SpillOptions,
): SpilledColumns | null {
  const numeric = columns.filter(({ type }) => type !== 'text').length;
  if (numeric * rows * 8 <= limit) return null;
  return new SpilledColumns(folder, rows, Math.floor(limit / (rows * 8)));
}

/** Numbers and times come as doubles, missing ones as NaN. */
function selectExpression({ name, type, format }: StoredColumn): string {
  const id = identifier(name);
  if (type === 'text') return id;
  if (type !== 'time') return `coalesce(CAST(${id} AS DOUBLE), 'nan'::DOUBLE)`;
  const microseconds = format === 'clock' ? `epoch(${id}) * 1000000` : `epoch_us(${id}::TIMESTAMPTZ)`;
  return `coalesce(CAST(${microseconds} AS DOUBLE) / 1000, 'nan'::DOUBLE)`;
}

function assemble(column: StoredColumn, values: Float64Array | null, text: TextBuilder | null): Column {
  const { name, type, almost } = column;
  if (text !== null) return { name, type: 'text', codes: text.codes, dictionary: text.dictionary, almost };
  const numbers = values ?? new Float64Array(0);
  if (type === 'time') {
    return { name, type, values: numbers, format: column.format ?? 'datetime', pattern: column.pattern };
  }
  return { name, type: type === 'text' ? 'number' : type, values: numbers };
}

function wrongCount(table: string): WorkbenchError {
  return new WorkbenchError('store/damaged', `The imported table "${table}" has lost rows`, {
    hint: 'Remove data.duckdb; the next run imports the source file again.',
  });
}
