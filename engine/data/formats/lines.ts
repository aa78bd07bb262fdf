import { WorkbenchError } from '../../base/errors.ts';
import type { ParsedTable } from './parsed-table.ts';

/** Every line of a text as a row of one column `text`; blank lines are left out and counted. */
export function parseLines(text: string, name: string): ParsedTable {
  const lines = text.split(/\r\n|\n|\r/);
  // What follows the last line end is no line.
  if (lines.at(-1) === '') lines.pop();
  const values = lines.filter((line) => line.trim() !== '');
  if (values.length === 0) throw new WorkbenchError('data/empty', 'The file has no lines', { where: name });
  const blank = lines.length - values.length;
  return {
    columns: [{ name: 'text', kind: 'text', values, guess: 'none' }],
    rowCount: values.length,
    read: lines.length,
    dropped: blank === 0 ? [] : [{ reason: 'blank line', count: blank }],
    notes: [],
  };
}
