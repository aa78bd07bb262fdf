import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { describeError, WorkbenchError } from '../../engine/base/errors.ts';
import { sourceSchema } from '../../engine/contract/source.ts';
import { type Column, cellText } from '../../engine/data/table.ts';
import { readTableWithCounts } from '../../main/platform/tables/read-table.ts';

/** Files with the tables that pandas, NumPy and h5py read from them; see golden/make_corpus.py. */
const folder = fileURLToPath(new URL('golden/', import.meta.url));
const cellSchema = z.union([
  z.number(),
  z.string(),
  z.boolean(),
  z.null(),
  z.strictObject({ time: z.number() }),
  z.strictObject({ float: z.string() }),
]);
const corpus = z
  .object({
    cases: z.array(
      z.object({
        name: z.string(),
        file: z.string(),
        source: z.record(z.string(), z.unknown()),
        /** Columns in order, with their cells. */
        table: z.array(z.tuple([z.string(), z.array(cellSchema)])).optional(),
        dropped: z.number().optional(),
        error: z.object({ code: z.string(), says: z.string() }).optional(),
      }),
    ),
  })
  .parse(JSON.parse(await readFile(join(folder, 'corpus.json'), 'utf8')));

type Cell = z.infer<typeof cellSchema>;

function expected(cell: Cell): unknown {
  if (cell === null || typeof cell !== 'object') return cell;
  return 'time' in cell ? cell : Number(cell.float.replace('inf', 'Infinity'));
}

function found(column: Column, row: number): unknown {
  if (column.type === 'text') return cellText(column, row);
  const value = column.values[row] as number;
  if (Number.isNaN(value)) return null;
  if (column.type === 'time') return { time: value };
  return column.type === 'boolean' ? value === 1 : value;
}

describe('messy files are read as pandas, NumPy and h5py read them', () => {
  it('is a corpus of at least 120 files', () => {
    expect(corpus.cases.length).toBeGreaterThanOrEqual(120);
  });

  it.each(corpus.cases)('$name', async ({ file, source, table, dropped, error }) => {
    const reading = readTableWithCounts(join(folder, 'corpus', file), { source: sourceSchema.parse(source) });
    if (error !== undefined) {
      const failure = await reading.then(
        () => null,
        (cause: unknown) => cause,
      );
      expect(failure, 'it should have been refused').toBeInstanceOf(WorkbenchError);
      expect({ code: (failure as WorkbenchError).code, says: describeError(failure) }).toEqual({
        code: error.code,
        says: expect.stringContaining(error.says),
      });
      return;
    }
    const { table: read, records } = await reading;
    const cells = read.columns.map((column) => [
      column.name,
      Array.from({ length: read.rowCount }, (_, row) => found(column, row)),
    ]);
    expect(cells).toEqual((table ?? []).map(([name, values]) => [name, values.map(expected)]));
    const left = records.dropped.reduce((sum, { count }) => sum + count, 0);
    expect(records.read).toBe(records.used + left);
    expect(left).toBe(dropped);
  });
});
