import { describe, expect, it } from 'vitest';
import { assertDefined } from '../../engine/base/errors.ts';
import { cellText, type Table } from '../../engine/data/table.ts';
import { findDialect } from '../../main/platform/tables/dialect.ts';
import { type ReadTableOptions, readTable } from '../../main/platform/tables/read-table.ts';
import { range, temporaryFolder } from './make-table.ts';

const folder = await temporaryFolder();
let files = 0;

async function read(content: string, options?: ReadTableOptions): Promise<Table> {
  return readTable(await folder.write(`file${files++}.csv`, content), options);
}

/** Columns as `name:type` and their cells as text. */
function show(table: Table): Record<string, (string | null)[]> {
  return Object.fromEntries(
    table.columns.map((column) => [
      `${column.name}:${column.type}`,
      range(0, table.rowCount).map((row) => cellText(column, row)),
    ]),
  );
}

describe('types are found from all cells', () => {
  it.each([
    ['whole numbers', 'a\n1\n-2\n', { 'a:integer': ['1', '-2'] }],
    ['numbers', 'a\n1\n.5\n1e3\n', { 'a:number': ['1', '0.5', '1000'] }],
    ['booleans', 'a\ntrue\nFalse\n', { 'a:boolean': ['true', 'false'] }],
    ['yes and no stay words', 'a\nyes\nno\n', { 'a:text': ['yes', 'no'] }],
    ['leading zeros stay text', 'a\n007\n010\n', { 'a:text': ['007', '010'] }],
    ['numbers beyond 2^53 stay text', 'a\n9007199254740993\n1\n', { 'a:text': ['9007199254740993', '1'] }],
    [
      'missing cells',
      'a,b\n1,x\n,\nNA,nan\nNaN,None\n',
      { 'a:integer': ['1', null, null, null], 'b:text': ['x', null, null, null] },
    ],
    ['infinities', 'a\n1\ninf\n-Infinity\n', { 'a:number': ['1', 'Infinity', '-Infinity'] }],
    ['nothing but missing', 'a,b\n,1\n,2\n', { 'a:number': [null, null], 'b:integer': ['1', '2'] }],
    ['dates', 'd\n2024-02-29\n2024-03-01\n', { 'd:time': ['2024-02-29', '2024-03-01'] }],
    [
      'dates and times',
      'd\n2024-02-29 13:00\n2024-02-29 14:30\n',
      { 'd:time': ['2024-02-29 13:00:00', '2024-02-29 14:30:00'] },
    ],
    ['ISO 8601 with T and Z', 'd\n2024-02-29T13:00:00Z\n', { 'd:time': ['2024-02-29 13:00:00Z'] }],
    ['offsets from UTC', 'd\n2024-01-01T00:00:00+02:00\n', { 'd:time': ['2023-12-31 22:00:00Z'] }],
    ['milliseconds', 'd\n2024-01-01 00:00:00.125\n', { 'd:time': ['2024-01-01 00:00:00.125'] }],
    [
      'day first, told by a later row',
      'd\n01/02/2024\n31/12/2024\n',
      { 'd:time': ['2024-02-01', '2024-12-31'] },
    ],
    [
      'month first, told by a later row',
      'd\n01/02/2024\n12/31/2024\n',
      { 'd:time': ['2024-01-02', '2024-12-31'] },
    ],
    ['dots', 'd\n01.02.2024\n', { 'd:time': ['2024-02-01'] }],
    ['months', 'd\n2024-01\n2024-02\n', { 'd:time': ['2024-01-01', '2024-02-01'] }],
    ['names of months', 'd\nJan 1 2000\nFeb 1 2000\n', { 'd:time': ['2000-01-01', '2000-02-01'] }],
    ['times of day', 't\n12:30:00\n13:00:00\n', { 't:time': ['12:30:00', '13:00:00'] }],
    [
      'semicolons and decimal commas',
      'a;b\n1;2,5\n2;3,25\n',
      { 'a:integer': ['1', '2'], 'b:number': ['2.5', '3.25'] },
    ],
    ['tabs', 'a\tb\n1\t2\n', { 'a:integer': ['1'], 'b:integer': ['2'] }],
    [
      'quotes',
      'a,b\n"x, y",1\n"say ""hi""",2\n"two\nlines",3\n',
      { 'a:text': ['x, y', 'say "hi"', 'two\nlines'], 'b:integer': ['1', '2', '3'] },
    ],
    ['single quotes', "a,b\n'x, y',1\n", { 'a:text': ['x, y'], 'b:integer': ['1'] }],
    ['a quote within a cell', 'a,b\n5" pipe,3\n', { 'a:text': ['5" pipe'], 'b:integer': ['3'] }],
    ['a byte order mark and CRLF', '\ufeffa,b\r\n1,2\r\n', { 'a:integer': ['1'], 'b:integer': ['2'] }],
    ['blank lines', 'a,b\n1,2\n\n3,4\n\n', { 'a:integer': ['1', '3'], 'b:integer': ['2', '4'] }],
    ['a blank line within a single column', 'a\n1\n\n3\n', { 'a:integer': ['1', null, '3'] }],
    ['blank lines at the end of a single column', 'a\n1\n\n3\n\n\n', { 'a:integer': ['1', null, '3'] }],
    [
      'line breaks within the cells of a CRLF file',
      'a,b\r\n"x\ny",1\r\n"z",2\r\n',
      { 'a:text': ['x\ny', 'z'], 'b:integer': ['1', '2'] },
    ],
    ['no header', '1,2\n3,4\n', { 'column1:integer': ['1', '3'], 'column2:integer': ['2', '4'] }],
    [
      'names twice or empty',
      'a,A,\n1,2,3\n',
      { 'a:integer': ['1'], 'A_2:integer': ['2'], 'column3:integer': ['3'] },
    ],
    [
      'numbers as names',
      'id,0,1\nx,5,6\n7,8,9\n',
      { 'id:text': ['x', '7'], '0:integer': ['5', '8'], '1:integer': ['6', '9'] },
    ],
    ['one row', 'a,b\n1,x\n', { 'a:integer': ['1'], 'b:text': ['x'] }],
    ['text in any script', '名,b\nüñ,1\n東京,2\n', { '名:text': ['üñ', '東京'], 'b:integer': ['1', '2'] }],
  ])('%s', async (_, content, expected) => {
    expect(show(await read(content))).toEqual(expected);
  });

  it('sees a text in the last of many rows, and says which cell keeps the column from being a number', async () => {
    const table = await read(`a\n${'1\n'.repeat(150_000)}oops\n`);
    expect(table.rowCount).toBe(150_001);
    const column = assertDefined(table.columns[0], 'column');
    expect(column.type).toBe('text');
    expect(column.type === 'text' && column.almost).toEqual({
      type: 'number',
      bad: 1,
      row: 150_001,
      text: 'oops',
    });
  });

  it('names the first cell that is no date', async () => {
    const [column] = (await read('d,v\n2024-01-01,1\n2024-13-45,2\n2024-01-03,3\n')).columns;
    expect(column?.type === 'text' && column.almost).toEqual({
      type: 'time',
      bad: 1,
      row: 2,
      text: '2024-13-45',
    });
  });

  it('keeps the order of the file, with several threads reading', async () => {
    const count = 200_000;
    const table = await read(
      `i,text\n${range(0, count)
        .map((i) => `${i},name ${i % 7}\n`)
        .join('')}`,
    );
    const [index, text] = table.columns;
    expect(index?.type === 'integer' && index.values.every((value, i) => value === i)).toBe(true);
    expect(text?.type === 'text' && text.codes.every((code, i) => code === i % 7)).toBe(true);
  });

  it('reads a column as text where it was text before', async () => {
    expect(
      show(await read('a\n7\n', { columns: [{ name: 'a', type: 'text', format: null, pattern: null }] })),
    ).toEqual({ 'a:text': ['7'] });
  });

  it('reads 2 000 columns', async () => {
    const names = range(0, 2000).map((i) => `c${i}`);
    const table = await read(
      `${names.join()}\n${names.map((_, i) => i).join()}\n${names.map(() => 'x').join()}\n`,
    );
    expect(table.columns.map(({ name }) => name)).toEqual(names);
    expect(cellText(assertDefined(table.columns[1321], 'column'), 0)).toBe('1321');
  });

  it('reads a path with quotes and brackets', async () => {
    const file = await folder.write("it's [1]*.csv", 'a\n1\n');
    expect(show(await readTable(file))).toEqual({ 'a:integer': ['1'] });
  });
});

describe('the dialect', () => {
  it('keeps the delimiter where a row is too long', () => {
    expect(findDialect('a,b\n1,2\n1,2,3\n', true).delimiter).toBe(',');
  });

  it('does not trust the last line of a cut sample', () => {
    expect(findDialect('a;b\n1;2\n3,4,5,6', false)).toMatchObject({ delimiter: ';', names: ['a', 'b'] });
  });

  it('takes years in the first row for names, and a date for data', () => {
    expect(findDialect('country,2020,2021\nPeru,1.5,2.5\n', true).header).toBe(true);
    expect(findDialect('2020-01-01,7,rain\n2020-01-02,8,sun\n', true).header).toBe(false);
    expect(findDialect('id,2020,2021\n1,1.5,2.5\n', true).header).toBe(true);
  });
});
