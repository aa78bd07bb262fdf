import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { describeError } from '../../engine/base/errors.ts';
import type { ColumnConfig, DataConfig } from '../../engine/contract/data.ts';
import { type Experiment, experimentSchema } from '../../engine/contract/experiment.ts';
import type { Column, Table } from '../../engine/data/table.ts';

type Cells = readonly (number | string | null)[];

/** A table from columns of numbers and texts; dates like "2024-01-31" become times. */
export function makeTable(columns: Readonly<Record<string, Cells>>): Table {
  const list = Object.entries(columns).map(([name, cells]): Column => {
    if (!cells.some((cell) => typeof cell === 'string')) {
      const values = Float64Array.from(cells, (cell) => (cell === null ? Number.NaN : Number(cell)));
      const whole = values.every((value) => Number.isNaN(value) || Number.isInteger(value));
      return { name, type: whole ? 'integer' : 'number', values };
    }
    if (cells.every((cell) => cell === null || /^\d{4}-\d{2}-\d{2}$/.test(String(cell)))) {
      const values = Float64Array.from(cells, (cell) =>
        cell === null ? Number.NaN : Date.parse(`${cell}Z`),
      );
      return { name, type: 'time', values, format: 'date', pattern: null };
    }
    const dictionary = [...new Set(cells.filter((cell) => cell !== null).map(String))];
    const codes = Int32Array.from(cells, (cell) => (cell === null ? -1 : dictionary.indexOf(String(cell))));
    return { name, type: 'text', codes, dictionary, almost: null };
  });
  return { name: 'test.csv', rowCount: Object.values(columns)[0]?.length ?? 0, columns: list };
}

/** `role:encoding` by column name. */
export function makeExperiment(
  columns: Readonly<Record<string, string>>,
  data: Partial<Record<keyof DataConfig, unknown>> = {},
  rest: Readonly<Record<string, unknown>> = {},
): Experiment {
  const list = Object.entries(columns).map(([name, text]) => {
    const [role, encoding = 'numeric'] = text.split(':');
    return { name, role, encoding } as ColumnConfig;
  });
  return experimentSchema.parse({ ...rest, data: { ...data, columns: list } });
}

/** The sentence of the error that an action ends with. */
export async function sentenceOf(action: () => unknown): Promise<string> {
  try {
    await action();
  } catch (error) {
    return describeError(error);
  }
  return 'no error';
}

/** The whole numbers from `from` up to but without `to`. */
export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

/** Days as ISO dates, from 2024-01-01. */
export function days(count: number): string[] {
  return range(0, count).map((day) => new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10));
}

/** A folder that is gone after the tests of the file. */
export async function temporaryFolder(): Promise<{
  readonly path: string;
  write(name: string, content: string | Uint8Array): Promise<string>;
}> {
  const path = await mkdtemp(join(tmpdir(), 'gru-data-'));
  afterAll(() => rm(path, { recursive: true, force: true }));
  return {
    path,
    write: async (name, content) => {
      const file = join(path, name);
      await writeFile(file, content);
      return file;
    },
  };
}
