import { WorkbenchError } from '../base/errors.ts';
import type { Preparation } from './preparation.ts';
import type { Column, Table } from './table.ts';

/** A cell as JSON says it. */
export type Cell = string | number | boolean | null;
export type Row = Readonly<Record<string, Cell>>;

/**
 * Rows that a program sends, as the table that a file with the same cells would be. Columns that the model does not use
 * are left out; one that is missing everywhere is left to the preparation to refuse, since targets may be absent.
 * Times are ISO 8601 texts, or milliseconds since 1970.
 * @throws data/unreadable, naming row and column, for a cell of the wrong type.
 */
export function tableOfRows(rows: readonly Row[], columns: Preparation['columns'], name: string): Table {
  const present = columns.filter((column) => rows.some((row) => row[column.name] !== undefined));
  return { name, rowCount: rows.length, columns: present.map((column) => columnOf(rows, column, name)) };
}

function columnOf(rows: readonly Row[], column: Preparation['columns'][number], table: string): Column {
  const { name, type } = column;
  const wrong = (index: number, wanted: string): WorkbenchError =>
    new WorkbenchError('data/unreadable', `This is no ${wanted}: ${JSON.stringify(rows[index]?.[name])}`, {
      where: `${table}, row ${index + 1}, column "${name}"`,
      hint: 'Send the values as the training file had them; null where one is missing.',
    });
  const numbers = (read: (cell: Cell, index: number) => number): Float64Array =>
    Float64Array.from(rows, (row, index) => {
      const cell = row[name] ?? null;
      return cell === null || cell === '' ? Number.NaN : read(cell, index);
    });
  switch (type) {
    case 'number':
    case 'integer':
    case 'boolean':
      return {
        name,
        type,
        values: numbers((cell, index) => {
          if (typeof cell === 'boolean') return Number(cell);
          const value = type === 'boolean' && typeof cell === 'string' ? truth(cell) : Number(cell);
          if (Number.isNaN(value)) throw wrong(index, type === 'boolean' ? 'yes or no' : 'number');
          return value;
        }),
      };
    case 'time':
      return {
        name,
        type,
        format: column.format ?? 'datetime',
        pattern: column.pattern,
        values: numbers((cell, index) => {
          const value = typeof cell === 'number' ? cell : timeOf(String(cell), column.format);
          if (!Number.isFinite(value)) throw wrong(index, 'time (ISO 8601, or milliseconds since 1970)');
          return value;
        }),
      };
    case 'text': {
      const dictionary: string[] = [];
      const known = new Map<string, number>();
      const codes = Int32Array.from(rows, (row) => {
        const cell = row[name] ?? null;
        if (cell === null) return -1;
        const text = String(cell);
        const code = known.get(text) ?? dictionary.push(text) - 1;
        known.set(text, code);
        return code;
      });
      return { name, type, codes, dictionary, almost: null };
    }
  }
}

function truth(text: string): number {
  if (/^(true|yes|1)$/i.test(text)) return 1;
  return /^(false|no|0)$/i.test(text) ? 0 : Number.NaN;
}

/** Milliseconds; a text without a zone is taken as UTC, as in files. */
function timeOf(text: string, format: string | null): number {
  if (format === 'clock') return Date.parse(`1970-01-01T${text}Z`);
  if (/[zZ]|[+-]\d\d:?\d\d$/.test(text)) return Date.parse(text.replace(' ', 'T'));
  return Date.parse(/\d\d:\d\d/.test(text) ? `${text.trim().replace(' ', 'T')}Z` : text.trim());
}
