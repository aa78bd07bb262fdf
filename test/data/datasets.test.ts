import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from 'vitest';
import { fitPreparation } from '../../engine/data/fit.ts';
import { cellText } from '../../engine/data/table.ts';
import { sourceSchema } from '../../engine/contract/source.ts';
import { listDatasets, loadTable, openDataset as openSource } from '../../main/services/datasets/datasets.ts';
import { importDataset } from '../../main/services/datasets/import-dataset.ts';
import { makeExperiment, range, sentenceOf, temporaryFolder } from './make-table.ts';

const folder = await temporaryFolder();
let projects = 0;

function openDataset(project: string, file: string, sql = '') {
  return openSource(project, { file, source: sourceSchema.parse({}), sql });
}

async function newProject(): Promise<string> {
  const path = join(folder.path, `project${projects++}`);
  await mkdir(path);
  return path;
}

describe('datasets of a project', () => {
  it('are imported once and read back without the source', async () => {
    const project = await newProject();
    const file = await folder.write('sales.csv', 'day,shop,sold\n2024-01-01,a,1.5\n2024-01-02,b,\n');
    const dataset = await importDataset(project, file);
    expect(dataset).toMatchObject({ source: file, rows: 2, size: 45 });
    expect(dataset.id).toMatch(/^sales-[0-9a-f]{8}$/);
    expect(await importDataset(project, file)).toEqual(dataset);
    await rm(file);
    const table = await loadTable(project, dataset);
    expect(table.name).toBe('sales.csv');
    expect(
      table.columns.map((column) => [column.name, column.type, cellText(column, 0), cellText(column, 1)]),
    ).toEqual([
      ['day', 'time', '2024-01-01', '2024-01-02'],
      ['shop', 'text', 'a', 'b'],
      ['sold', 'number', '1.5', null],
    ]);
    expect(await listDatasets(project)).toEqual([dataset]);
  });

  it('are imported again when the source has changed, and used when it is gone', async () => {
    const project = await newProject();
    const file = await folder.write('changing.csv', 'a\n1\n2\n');
    expect((await openDataset(project, file)).notes).toEqual([]);
    await folder.write('changing.csv', 'a\n1\n2\n3\n');
    const changed = await openDataset(project, file);
    expect(changed.table.rowCount).toBe(3);
    expect(changed.notes).toEqual([
      expect.stringMatching(
        /^changing\.csv has changed since it was imported on \d{4}-\d\d-\d\d; it was imported again\.$/,
      ),
    ]);
    await rm(file);
    const gone = await openDataset(project, file);
    expect(gone.table.rowCount).toBe(3);
    expect(gone.notes).toEqual([expect.stringContaining('changing.csv is gone; its rows as imported on')]);
  });

  it('are imported again when the tables were removed', async () => {
    const project = await newProject();
    const file = await folder.write('kept.csv', 'a\n1\n2\n');
    await openDataset(project, file);
    await rm(join(project, 'data.duckdb'));
    expect((await openDataset(project, file)).table.rowCount).toBe(2);
  });

  it('hand the pattern of times on to the preparation of a model', async () => {
    const project = await newProject();
    const rows = range(1, 29).map((day) => `12/${String(day).padStart(2, '0')}/2024,${day}`);
    const file = await folder.write('american.csv', `day,x\n${rows.join('\n')}\n`);
    const { dataset, table } = await openDataset(project, file);
    expect(dataset.notes).toEqual(['Dates are read as month, day, year (%m/%d/%Y).']);
    const experiment = makeExperiment({ day: 'time', x: 'featureAndTarget' }, { window: 3 });
    expect(fitPreparation(experiment, table).columns).toEqual([
      { name: 'day', type: 'time', format: 'date', pattern: '%m/%d/%Y' },
      { name: 'x', type: 'integer', format: null, pattern: null },
    ]);
  });

  it('take a path from the project folder', async () => {
    const project = await newProject();
    await writeFile(join(project, 'inside.csv'), 'a\n1\n');
    expect((await openDataset(project, 'inside.csv')).table.rowCount).toBe(1);
  });

  it('leave nothing behind when the file is bad', async () => {
    const project = await newProject();
    const file = await folder.write('ragged.csv', 'a,b\n1,2\n3\n');
    expect(await sentenceOf(() => importDataset(project, file))).toMatch(
      /^Row 2 has 1 column where the header has 2/,
    );
    expect(await readdir(project)).toEqual([]);
  });

  it('say what is wrong with the tables of a project', async () => {
    const project = await newProject();
    const file = await folder.write('fine.csv', 'a\n1\n');
    const database = join(project, 'data.duckdb');
    await writeFile(database, 'no database');
    expect(await sentenceOf(() => importDataset(project, file))).toBe(
      `The tables of this project are damaged (${database}). Remove data.duckdb; the next run imports the source file again.`,
    );
    expect(await sentenceOf(() => openDataset(project, ''))).toBe(
      'The experiment names no data file (data.file). Set data.file to the path of a data file.',
    );
  });

  it('survive an import that was cut off', async () => {
    const project = await newProject();
    const dataset = await importDataset(project, await folder.write('first.csv', 'a\n1\n'));
    const instance = await DuckDBInstance.create(join(project, 'data.duckdb'));
    const connection = await instance.connect();
    await connection.run('BEGIN TRANSACTION');
    await connection.run('CREATE TABLE half AS SELECT 1 AS a');
    connection.closeSync();
    instance.closeSync();
    expect((await loadTable(project, dataset)).rowCount).toBe(1);
  });
});
