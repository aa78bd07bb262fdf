import { dataEndings } from '../../../engine/contract/files.ts';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import { type Cell, columnOfCells, largestWhole } from '../../../engine/data/formats/cells.ts';
import { nameColumns } from '../../../engine/data/formats/names.ts';
import { type ParsedColumn, plainTable } from '../../../engine/data/formats/parsed-table.ts';
import { beginsWith } from './begins-with.ts';
import type { FormatReader } from './format-reader.ts';
import { readWhole } from './read-bytes.ts';

/** Apache Arrow: files (Feather version 2) and streams. */
export const arrowReader: FormatReader = {
  format: 'arrow',
  endings: dataEndings.arrow,
  matches: (head) => beginsWith(head, 'ARROW1') || beginsWith(head, 'FEA1'),
  read: async (part) => {
    const bytes = await readWhole(part, 2 ** 30);
    if (beginsWith(bytes, 'FEA1')) {
      throw new WorkbenchError('data/unreadable', 'This is a Feather file of version 1', {
        where: part.name,
        hint: 'Save it as version 2: frame.to_feather(file).',
      });
    }
    const arrow = await import('apache-arrow');
    try {
      const table = arrow.tableFromIPC(bytes);
      const { names, notes } = nameColumns(table.schema.fields.map(({ name }) => name));
      const columns = names.map((name, i): ParsedColumn => {
        const vector = table.getChildAt(i);
        const type = table.schema.fields[i]?.type;
        if (vector === null || type === undefined || vector.length !== table.numRows) {
          throw new Error('a column is shorter than the table');
        }
        if (arrow.DataType.isDate(type) || arrow.DataType.isTimestamp(type)) {
          const values = Float64Array.from({ length: vector.length }, (_, row) => {
            const value: unknown = vector.get(row);
            return value === null ? Number.NaN : Number(value);
          });
          const zoned =
            arrow.DataType.isTimestamp(type) && typeof type.timezone === 'string' && type.timezone !== '';
          return {
            name,
            kind: 'time',
            values,
            format: arrow.DataType.isDate(type) ? 'date' : zoned ? 'zoned' : 'datetime',
          };
        }
        const scale = arrow.DataType.isDecimal(type) ? 10 ** -type.scale : null;
        const cells = Array.from({ length: vector.length }, (_, row) => cellOf(vector.get(row), scale));
        const column = columnOfCells(name, cells, 'times');
        // A column of reals that happen to be whole stays one of reals.
        const real = arrow.DataType.isFloat(type) || scale !== null;
        return real && column.kind === 'integer' ? { ...column, kind: 'number' } : column;
      });
      if (table.numRows === 0 || columns.length === 0) {
        throw new WorkbenchError('data/empty', 'The table has no rows', { where: part.name });
      }
      return { kind: 'parsed', table: plainTable(columns, notes), found: {}, choices: {} };
    } catch (cause) {
      if (cause instanceof WorkbenchError) throw cause;
      const reason = cause instanceof Error ? cause.message.slice(0, 120) : String(cause);
      throw new WorkbenchError('data/unreadable', `The Arrow file cannot be read: ${reason}`, {
        where: part.name,
        hint: 'Save it again, uncompressed: pyarrow.feather.write_feather(frame, file, compression="uncompressed").',
        cause,
      });
    }
  },
};

function cellOf(value: unknown, scale: number | null): Cell {
  if (value === null || value === undefined) return null;
  if (scale !== null) return Number(String(value)) * scale;
  if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Math.abs(number) < largestWhole ? number : String(value);
  }
  return JSON.stringify(value, (_, inside: unknown) =>
    typeof inside === 'bigint' ? Number(inside) : inside,
  );
}
