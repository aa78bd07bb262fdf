import type { MessagePort } from 'node:worker_threads';
import { type Cell, columnOfCells, largestWhole } from '../../../engine/data/formats/cells.ts';
import { nameColumns } from '../../../engine/data/formats/names.ts';
import {
  type ParsedColumn,
  type ParsedTable,
  plainTable,
} from '../../../engine/data/formats/parsed-table.ts';

type Arrow = typeof import('apache-arrow');

export type ArrowAnswer =
  | { readonly answer: 'table'; readonly table: ParsedTable }
  | { readonly answer: 'failed'; readonly reason: string };

/** Makes tables of the bytes of Arrow files that it is sent, until the thread is ended. */
export async function answerArrow(port: MessagePort): Promise<void> {
  const arrow = await import('apache-arrow');
  const tell = (answer: ArrowAnswer): void => port.postMessage(answer);
  port.on('message', (bytes: Uint8Array) => {
    try {
      tell({ answer: 'table', table: tableOf(arrow, bytes) });
    } catch (error) {
      tell({ answer: 'failed', reason: error instanceof Error ? error.message : String(error) });
    }
  });
  tell({ answer: 'failed', reason: 'nothing was asked yet' });
}

function tableOf(arrow: Arrow, bytes: Uint8Array): ParsedTable {
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
  return plainTable(columns, notes);
}

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
