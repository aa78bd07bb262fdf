import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { Table, tableFromArrays, tableToIPC, vectorFromArray } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { sourceSchema } from '../../engine/contract/source.ts';
import { cellText } from '../../engine/data/table.ts';
import { readTable, readTableWithCounts } from '../../main/platform/tables/read-table.ts';
import { openDataset } from '../../main/services/datasets/datasets.ts';
import { importDataset } from '../../main/services/datasets/import-dataset.ts';
import { inspectFile, profileFile } from '../../main/services/datasets/inspect.ts';
import { range, sentenceOf, temporaryFolder } from '../data/make-table.ts';

const folder = await temporaryFolder();
let places = 0;

async function newProject(): Promise<string> {
  const path = join(folder.path, `project${places++}`);
  await mkdir(path);
  return path;
}

async function show(file: string, sql = ''): Promise<Record<string, (string | null)[]>> {
  const table = await readTable(file, { sql });
  return Object.fromEntries(
    table.columns.map((column) => [
      `${column.name}:${column.type}`,
      range(0, table.rowCount).map((row) => cellText(column, row)),
    ]),
  );
}

describe('column files', () => {
  it('Parquet, as DuckDB writes it', async () => {
    const file = join(folder.path, 'all.parquet');
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await connection.run(
      `COPY (SELECT * FROM (VALUES
        (1::TINYINT, 1.5::FLOAT, 'x', true, DATE '2024-01-01', TIMESTAMP '2024-01-01 06:30:00', 1.25::DECIMAL(9,2), [1, 2, 3]),
        (2, NULL, NULL, false, DATE '2024-01-02', NULL, 2.5, [4])
      ) AS t(i, f, s, b, d, t, m, l)) TO '${file}' (FORMAT parquet)`,
    );
    connection.closeSync();
    instance.closeSync();
    expect(await show(file)).toEqual({
      'i:integer': ['1', '2'],
      'f:number': ['1.5', null],
      's:text': ['x', null],
      'b:boolean': ['true', 'false'],
      'd:time': ['2024-01-01', '2024-01-02'],
      't:time': ['2024-01-01 06:30:00', null],
      'm:number': ['1.25', '2.5'],
      'l:text': ['[1,2,3]', '[4]'],
    });
  });

  it.each(['file', 'stream'] as const)('Arrow, as its own library writes a %s', async (kind) => {
    const table = new Table({
      i: vectorFromArray(Int32Array.of(1, 2)),
      f: vectorFromArray([1.5, null]),
      s: vectorFromArray(['x', null]),
      b: vectorFromArray([true, false]),
      d: vectorFromArray([new Date('2024-01-01T06:30:00Z'), new Date('2024-01-02T00:00:00Z')]),
    });
    const file = await folder.write(`all.${kind === 'file' ? 'feather' : 'arrows'}`, tableToIPC(table, kind));
    expect(await show(file)).toMatchObject({
      'i:integer': ['1', '2'],
      'f:number': ['1.5', null],
      's:text': ['x', null],
      'b:boolean': ['true', 'false'],
    });
  });

  it('Arrow: a million values survive', async () => {
    const values = Float64Array.from({ length: 100_000 }, (_, i) => Math.sin(i));
    const file = await folder.write('long.arrow', tableToIPC(tableFromArrays({ values }), 'file'));
    const { table, records } = await readTableWithCounts(file);
    expect(records.read).toBe(100_000);
    const [column] = table.columns;
    expect(column?.type === 'text' ? null : column?.values).toEqual(values);
  });
});

describe('a query over the rows', () => {
  const content = `day,shop,sold\n${range(1, 29)
    .map((day) => `2024-01-${String(day).padStart(2, '0')},${day % 2 === 0 ? 'a' : 'b'},${day}`)
    .join('\n')}\n`;

  it('filters and derives', async () => {
    const file = await folder.write('shops.csv', content);
    expect(
      await show(file, "SELECT day, sold * 2.5 AS money, shop || '!' AS name FROM data WHERE sold < 3;"),
    ).toEqual({
      'day:time': ['2024-01-01', '2024-01-02'],
      'money:number': ['2.5', '5'],
      'name:text': ['b!', 'a!'],
    });
  });

  it('makes a dataset of its own, beside the imported one', async () => {
    const project = await newProject();
    const file = await folder.write('shops2.csv', content);
    const data = { file, source: sourceSchema.parse({}), sql: "SELECT * FROM data WHERE shop = 'a'" };
    const { dataset, table } = await openDataset(project, data);
    expect(table.rowCount).toBe(14);
    expect(dataset.derived?.sql).toBe(data.sql);
    expect((await openDataset(project, { ...data, sql: '' })).table.rowCount).toBe(28);
    expect((await openDataset(project, data)).dataset.importedAt).toBe(dataset.importedAt);
  });

  it.each([
    ['DROP TABLE data', 'The query must be one SELECT: it is another statement'],
    ['SELECT 1; SELECT 2', 'The query must be one SELECT: it holds 2 statements'],
    ['SELECT * FROM data WHERE sold > ?', 'The query must be one SELECT: it has parameters'],
    ["SELECT * FROM read_csv('/etc/passwd')", 'The query cannot be run'],
    ["SELECT * FROM '/etc/passwd'", 'The query cannot be run'],
    ["COPY data TO '/tmp/out.csv'", 'The query cannot be run'],
    ["ATTACH '/tmp/x.duckdb'", 'The query must be one SELECT'],
    ['INSTALL httpfs', 'The query must be one SELECT'],
    ['SET enable_external_access = true', 'The query must be one SELECT'],
    ['SELECT nothing FROM data', 'The query cannot be run'],
    ['SELECT * FROM data WHERE sold > 100', 'The query gives no rows'],
    ['SELEC', 'The query cannot be run'],
  ])('refuses %s', async (sql, sentence) => {
    const file = await folder.write('shops3.csv', content);
    expect(await sentenceOf(() => readTable(file, { sql }))).toContain(sentence);
  });
});

describe('an import that is stopped', () => {
  it.each(['hash', 'read', 'store'])('in the phase "%s" leaves the project as it was', async (phase) => {
    const project = await newProject();
    const first = await importDataset(project, await folder.write('kept.csv', 'a\n1\n'));
    const rows = `some,more,numbers\n${'1.25,2.5,3.75\n'.repeat(600_000)}`;
    const file = await folder.write('stopped.csv', rows);
    // Only a file that was imported before is looked at first, whether it is still the same.
    if (phase === 'hash') await importDataset(project, file);
    const before = (await readdir(project, { recursive: true })).sort();
    const controller = new AbortController();
    const stopping = importDataset(project, file, {
      signal: controller.signal,
      onProgress: (progress) => {
        if (progress.phase === phase) controller.abort();
      },
    });
    const sentence = await sentenceOf(() => stopping);
    // A short store may be over before its progress is told.
    if (phase === 'store' && sentence === 'no error') return;
    expect(sentence).toMatch(/^The import was stopped/);
    expect((await readdir(project, { recursive: true })).sort()).toEqual(before);
    expect(before).toContain(join('datasets', first.id, 'dataset.json'));
  });
});

describe('a file before it is imported', () => {
  it('shows its settings, choices, first rows and problems', async () => {
    const file = await folder.write(
      'look.csv',
      `when;price\n2024-01-01;1,5\n2024-01-02;dear\n2024-01-03;2,5\n`,
    );
    const inspection = await inspectFile(file);
    expect(inspection).toMatchObject({
      format: 'csv',
      shape: 'wide',
      source: { delimiter: ';', decimalComma: true, header: true, encoding: 'utf-8' },
      columns: [
        { name: 'when', type: 'time' },
        { name: 'price', type: 'text' },
      ],
      rows: 3,
      records: { read: 3, used: 3, dropped: [] },
      preview: [
        ['2024-01-01', '1,5'],
        ['2024-01-02', 'dear'],
        ['2024-01-03', '2,5'],
      ],
      problems: [
        { row: 2, column: 'price', message: '"dear" is no number; 1 such cell keeps the column text' },
      ],
    });
    expect(
      (await inspectFile(file, { source: sourceSchema.parse({ decimalComma: false }) })).source.decimalComma,
    ).toBe(false);
  });

  it('is profiled with a proposal and its reasons', async () => {
    const rows = range(0, 100).map(
      (i) => `2024-01-${String(1 + (i % 28)).padStart(2, '0')},${i},${Math.sin(i)}`,
    );
    const file = await folder.write('wave.csv', `t,n,wave\n${rows.slice(0, 28).join('\n')}\n`);
    const { profile, suggestions, inspection } = await profileFile(file);
    expect(profile.columns.map(({ name, type }) => [name, type])).toEqual([
      ['t', 'time'],
      ['n', 'integer'],
      ['wave', 'number'],
    ]);
    expect(profile.time).toMatchObject({ column: 't', frequency: 'daily', gaps: 0, duplicates: 0 });
    expect(inspection.records.read).toBe(28);
    expect(suggestions.map(({ subject }) => subject)).toEqual(
      expect.arrayContaining(['target', 'task', 'time']),
    );
  });

  it('reads the same file in two ways as two datasets', async () => {
    const project = await newProject();
    const file = await folder.write('two.csv', 'a;b\n1;2\n');
    const first = await importDataset(project, file);
    const second = await importDataset(project, file, { source: sourceSchema.parse({ header: false }) });
    expect(first.id).not.toBe(second.id);
    expect([first.rows, second.rows]).toEqual([1, 2]);
    expect(
      JSON.parse(await readFile(join(project, 'datasets', first.id, 'dataset.json'), 'utf8')),
    ).toBeTruthy();
    await writeFile(file, 'a;b\n1;2\n3;4\n');
    expect((await importDataset(project, file)).rows).toBe(2);
  });
});
