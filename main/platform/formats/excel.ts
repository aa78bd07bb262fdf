import { dataEndings } from '../../../engine/contract/files.ts';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import { type Cell, columnOfCells } from '../../../engine/data/formats/cells.ts';
import { nameColumns } from '../../../engine/data/formats/names.ts';
import type { ParsedTable } from '../../../engine/data/formats/parsed-table.ts';
import {
  findZipDirectory,
  readZipDirectory,
  zipTailBytes,
} from '../../../engine/data/formats/zip-directory.ts';
import { GuardedThread } from '../threads/guarded-thread.ts';
import type { ExcelAnswer, Sheet } from './excel-sheets.ts';
import type { FormatReader } from './format-reader.ts';
import { readWhole } from './read-bytes.ts';

const largest = 100 * 2 ** 20;
const largestUnpacked = 2 ** 30;
/** A sound workbook is read at this rate and more. */
const bytesPerMillisecond = 100;
const leastMilliseconds = 900;

/** One sheet of an Excel workbook (.xlsx). */
export const excelReader: FormatReader = {
  format: 'excel',
  endings: dataEndings.excel,
  matches: () => false,
  read: async (part, config) => {
    const bytes = await readWhole(part, largest);
    const tail = bytes.subarray(Math.max(0, bytes.length - zipTailBytes));
    const place = findZipDirectory(tail, bytes.length - tail.length, part.name);
    const entries = readZipDirectory(
      bytes.subarray(place.offset, place.offset + place.size),
      bytes.length,
      part.name,
    );
    if (entries.reduce((sum, { size }) => sum + size, 0) > largestUnpacked) {
      throw new WorkbenchError('data/too-large', 'The workbook is too large', {
        where: part.name,
        hint: 'Save the sheet as CSV.',
      });
    }
    const sheets = await readSheets(bytes, part.name);
    const names = sheets.map(({ sheet }) => sheet);
    const [first] = sheets;
    const chosen = config.sheet === null ? first : sheets.find(({ sheet }) => sheet === config.sheet);
    if (chosen === undefined) {
      throw new WorkbenchError(
        'data/unknown-column',
        `There is no sheet "${config.sheet ?? ''}" in the workbook`,
        {
          where: part.name,
          hint: `The sheets are ${names.map((name) => `"${name}"`).join(', ')}.`,
        },
      );
    }
    const table = tableOfRows(chosen.rows, config.header, `${part.name}, sheet "${chosen.sheet}"`);
    const notes =
      config.sheet === null && names.length > 1
        ? [
            `The first sheet is read; the workbook also has ${names
              .slice(1, 9)
              .map((name) => `"${name}"`)
              .join(', ')}.`,
          ]
        : [];
    return {
      kind: 'parsed',
      table: { ...table, notes: [...notes, ...table.notes] },
      found: { sheet: chosen.sheet },
      choices: { sheets: names },
    };
  },
};

/** Reads the sheets in a thread: a damaged workbook can keep the library busy for ever. */
async function readSheets(bytes: Uint8Array, name: string): Promise<readonly Sheet[]> {
  const thread = new GuardedThread<Uint8Array, ExcelAnswer>('excel-thread.mjs');
  try {
    const limit = leastMilliseconds + Math.ceil(bytes.length / bytesPerMillisecond);
    const answer = await thread.ask(bytes, limit);
    if (answer.answer === 'sheets') return answer.sheets;
    throw new Error(answer.reason);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.slice(0, 120) : String(cause);
    throw new WorkbenchError('data/unreadable', `The workbook cannot be read: ${reason}`, {
      where: name,
      hint: 'Open it in a spreadsheet program and save it again as .xlsx.',
      cause,
    });
  } finally {
    await thread.close();
  }
}

/** Blank rows are left out and counted; the first other row is the header where all of its filled cells are texts. */
function tableOfRows(rows: readonly (readonly Cell[])[], header: boolean | null, where: string): ParsedTable {
  const isBlank = (cell: Cell | undefined) => cell === null || cell === undefined || cell === '';
  const filled = rows.filter((row) => !row.every(isBlank));
  const [first = []] = filled;
  const named =
    header ??
    (first.some((cell) => !isBlank(cell)) &&
      first.every((cell) => isBlank(cell) || typeof cell === 'string'));
  const records = named ? filled.slice(1) : filled;
  if (records.length === 0) {
    throw new WorkbenchError('data/empty', 'The sheet has no rows', { where });
  }
  const width = filled.reduce((most, row) => Math.max(most, row.length), 0);
  // Columns without a name and without a cell are margins of the sheet.
  const used = Array.from({ length: width }, (_, i) => i).filter(
    (i) => (named && !isBlank(first[i])) || records.some((row) => !isBlank(row[i])),
  );
  const { names, notes } = named
    ? nameColumns(used.map((i) => (isBlank(first[i]) ? '' : String(first[i]).trim())))
    : {
        names: used.map((_, i) => `column${i + 1}`),
        notes: ['The first row is data, not names; the columns are called column1, column2 and so on.'],
      };
  const columns = used.map((i, k) =>
    columnOfCells(
      names[k] as string,
      records.map((row) => (isBlank(row[i]) ? null : (row[i] as Cell))),
      'times',
    ),
  );
  // Blank rows in front and at the end are margins; those between rows are counted.
  const blank = rows.length - filled.length;
  return {
    columns,
    rowCount: records.length,
    read: records.length + blank,
    dropped: blank === 0 ? [] : [{ reason: 'blank row', count: blank }],
    notes,
  };
}
