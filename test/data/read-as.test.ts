import { describe, expect, it } from 'vitest';
import { cellText, type Table } from '../../engine/data/table.ts';
import { readTable } from '../../main/platform/tables/read-table.ts';
import type { ColumnReading } from '../../main/platform/tables/stored-column.ts';
import { range, sentenceOf, temporaryFolder } from './make-table.ts';

const folder = await temporaryFolder();
let files = 0;

/** Reads one file, and then another as the first was read. */
async function readAs(training: string, later: string): Promise<Table> {
  const first = await readTable(await folder.write(`training${files++}.csv`, training));
  const columns = first.columns.map(
    (column): ColumnReading => ({
      name: column.name,
      type: column.type,
      format: column.type === 'time' ? column.format : null,
      pattern: column.type === 'time' ? column.pattern : null,
    }),
  );
  return readTable(await folder.write('later.csv', later), { columns });
}

function cells({ columns, rowCount }: Table): (string | null)[][] {
  return columns.map((column) => range(0, rowCount).map((row) => cellText(column, row)));
}

describe('a file is read as the training file was', () => {
  it.each([
    ['day first', 'd\n01/02/2024\n31/12/2024\n', 'd\n01/02/2024\n', '2024-02-01'],
    ['month first', 'd\n01/02/2024\n12/31/2024\n', 'd\n01/02/2024\n', '2024-01-02'],
    ['month first, with a clock', 'd\n12/31/2024 10:00\n', 'd\n01/02/2024 09:30\n', '2024-01-02 09:30:00'],
    [
      'month first, with AM and PM',
      'd\n12/31/2024 10:00:00 AM\n',
      'd\n1/2/2024 01:00:00 PM\n',
      '2024-01-02 13:00:00',
    ],
    ['month first, dashes', 'd\n12-31-2024 10:00\n', 'd\n01-02-2024 09:30\n', '2024-01-02 09:30:00'],
    ['day first, years of two digits', 'd\n31/12/24\n', 'd\n01/02/24\n', '2024-02-01'],
    ['month first, years of two digits', 'd\n12/31/24\n', 'd\n01/02/24\n', '2024-01-02'],
    ['ISO 8601', 'd\n2024-01-31\n', 'd\n2024-02-01\n', '2024-02-01'],
    [
      'ISO 8601 with and without a fraction',
      'd\n2024-01-31 10:00\n',
      'd\n2024-02-01T10:00:00.5\n',
      '2024-02-01 10:00:00.500',
    ],
    [
      'an offset from UTC',
      'd\n2024-01-01T00:00:00Z\n',
      'd\n2024-01-01T00:00:00+02:00\n',
      '2023-12-31 22:00:00Z',
    ],
    ['a time of day', 'd\n12:30:00\n', 'd\n13:00:00\n', '13:00:00'],
    ['years in front', 'd\n2024/1/31\n', 'd\n2024/02/01\n', '2024-02-01'],
    ['numbers with leading zeros', 'd\n1.5\n', 'd\n007\n', '7'],
    ['text that looks like a date', 'd\nx\n', 'd\n2024-01-01\n', '2024-01-01'],
    ['booleans', 'd\ntrue\nfalse\n', 'd\nFALSE\n', 'false'],
  ])('%s', async (_, training, later, expected) => {
    expect(cells(await readAs(training, later))).toEqual([[expected]]);
  });

  it('where cells are missing and targets are not there', async () => {
    const table = await readAs('d,x,y\n31/12/2024,1,2\n01/01/2025,1,2\n', 'x,d\n,\n3,02/01/2025\n');
    expect(cells(table)).toEqual([
      [null, '3'],
      [null, '2025-01-02'],
    ]);
  });

  it('with a decimal comma', async () => {
    expect(cells(await readAs('a;b\n1,5;2\n', 'a;b\n2,5;3\ninf;4\n'))).toEqual([
      ['2.5', 'Infinity'],
      ['3', '4'],
    ]);
  });
});

describe('a cell that is not what its column was is named', () => {
  const hint = 'Write the column as it was in the training file.';
  const day = 'is not a time written as %d/%m/%Y';
  it.each([
    ['another order', 'd\n31/12/2024\n', 'd\n01/02/2024\n02/31/2024\n', `"02/31/2024" ${day}`, 2],
    ['ISO 8601', 'd\n31/12/2024\n', 'd\n2024-02-01\n', `"2024-02-01" ${day}`, 1],
    ['a year of two digits', 'd\n31/12/2024\n', 'd\n01/02/24\n', `"01/02/24" ${day}`, 1],
    [
      'a clock',
      'd\n2024-01-31\n',
      'd\n2024-02-01 13:00\n',
      '"2024-02-01 13:00" is not a date such as 2024-01-31',
      1,
    ],
    [
      'an offset',
      'd\n2024-01-31 10:00\n',
      'd\n2024-02-01T13:00:00+02:00\n',
      '"2024-02-01T13:00:00+02:00" is not a time such as 2024-01-31 13:00:00',
      1,
    ],
    ['no ISO 8601', 'd\n2024-01-31\n', 'd\n01/02/2024\n', '"01/02/2024" is not a date such as 2024-01-31', 1],
    ['a number', 'd\n2024-01-31\n', 'd\n2024-02-01\n7\n', '"7" is not a date such as 2024-01-31', 2],
    ['no number', 'd\n1.5\n', 'd\n1\n2\nmany\n', '"many" is not a number', 3],
    ['a date for a number', 'd\n1\n', 'd\n2024-01-01\n', '"2024-01-01" is not a number', 1],
    ['no boolean', 'd\ntrue\n', 'd\nyes\n', '"yes" is not true or false', 1],
  ])('%s', async (_, training, later, what, row) => {
    expect(await sentenceOf(() => readAs(training, later))).toBe(
      `${what}, as the training file has in this column (later.csv, row ${row}, column "d"). ${hint}`,
    );
  });
});
