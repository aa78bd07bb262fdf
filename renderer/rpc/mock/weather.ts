import csv from '../../../resources/samples/seattle-weather.csv?raw';
import type {
  ColumnProfileView,
  DatasetSummary,
  ProfileView,
} from '../../../engine/contract/rpc/datasets.ts';
import { sourceSchema } from '../../../engine/contract/source.ts';
import { packFloat32 } from './pack.ts';

/** The sample table, profiled well enough to look at: the real host does it in DuckDB. */

const lines = csv.trim().split('\n');
const names = (lines[0] ?? '').split(',');
/** Rows that are shown without a value, so that missing values can be seen. */
const missing = new Set([118, 119, 640]);

export const rows: (string | null)[][] = lines
  .slice(1)
  .map((line, index) =>
    line.split(',').map((cell, column) => (missing.has(index + 1) && column === 4 ? null : cell)),
  );

const types = ['time', 'number', 'number', 'number', 'number', 'text'] as const;

export const summary: DatasetSummary = {
  id: 'seattle-weather',
  name: 'seattle-weather.csv',
  source: '/home/ada/data/seattle-weather.csv',
  rows: rows.length,
  importedAt: '2026-11-20T09:12:44.000Z',
  columns: names.map((name, index) => ({ name, type: types[index] ?? 'text' })),
  notes: ['Dates are read as year, month, day (%Y/%m/%d).'],
  format: 'csv',
  reading: sourceSchema.parse({}),
  found: sourceSchema.parse({ encoding: 'utf-8', delimiter: ',', header: true, shape: 'wide' }),
  choices: { entries: [], sheets: [], paths: [] },
};

function numbersOf(column: number): number[] {
  return rows.map((row) => {
    const cell = row[column] ?? null;
    return cell === null ? Number.NaN : types[column] === 'time' ? Date.parse(cell) : Number(cell);
  });
}

function histogram(values: readonly number[], bins: number) {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const width = (high - low) / bins || 1;
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) {
    const bin = Math.min(bins - 1, Math.floor((value - low) / width));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { edges: Array.from({ length: bins + 1 }, (_, index) => low + index * width), counts };
}

function profileColumn(name: string, column: number): ColumnProfileView {
  const type = types[column] ?? 'text';
  const cells = rows.map((row) => row[column] ?? null);
  const missingRows = cells.flatMap((cell, index) => (cell === null ? [index + 1] : []));
  const counts = new Map<string, number>();
  for (const cell of cells) if (cell !== null) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  const values = numbersOf(column)
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const numeric = type === 'number';
  return {
    name,
    type,
    evidence:
      type === 'time'
        ? 'every cell is a date written year/month/day'
        : numeric
          ? 'every cell that is not empty is a number'
          : '5 different texts in 1461 rows',
    missing: missingRows.length,
    missingRows,
    distinct: counts.size,
    constant: counts.size === 1,
    minimum: type === 'text' ? null : (values[0] ?? null),
    maximum: type === 'text' ? null : (values.at(-1) ?? null),
    mean: numeric ? mean : null,
    deviation: numeric
      ? Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
      : null,
    quantiles: numeric
      ? [0.05, 0.25, 0.5, 0.75, 0.95].map((share) => values[Math.floor(share * (values.length - 1))] ?? 0)
      : [],
    histogram: type === 'text' ? null : histogram(values, 24),
    values: [...counts]
      .sort((a, b) => b[1] - a[1])
      .slice(0, 8)
      .map(([text, count]) => ({ text, count })),
    problems: missingRows.map((row) => ({ row, column: name, message: 'nothing stands here' })),
  };
}

export const profile: ProfileView = {
  rows: rows.length,
  columns: names.map(profileColumn),
  time: { column: 'date', frequency: 'daily', gaps: 0, duplicates: 0 },
  series: null,
  warnings: ['"wind" has 3 missing values.'],
};

/** Smallest and largest value of a column in each bucket of rows. */
export function plot(
  column: string,
  points: number,
  range: { readonly first: number; readonly last: number } | null,
) {
  const first = (range?.first ?? 1) - 1;
  const values = numbersOf(Math.max(0, names.indexOf(column))).slice(first, range?.last);
  const buckets = Math.min(points, values.length);
  const firstRows: number[] = [];
  const minimum: number[] = [];
  const maximum: number[] = [];
  const times: string[] = [];
  for (let bucket = 0; bucket < buckets; bucket++) {
    const from = Math.floor((bucket * values.length) / buckets);
    const to = Math.floor(((bucket + 1) * values.length) / buckets);
    const inside = values.slice(from, to).filter(Number.isFinite);
    firstRows.push(first + from + 1);
    minimum.push(inside.length === 0 ? Number.NaN : Math.min(...inside));
    maximum.push(inside.length === 0 ? Number.NaN : Math.max(...inside));
    times.push((rows[first + from]?.[0] ?? '').replaceAll('/', '-'));
  }
  return { firstRows, minimum: packFloat32(minimum), maximum: packFloat32(maximum), times };
}

/** Values of a column as numbers, for made-up predictions. */
export function columnValues(name: string): number[] {
  return numbersOf(Math.max(0, names.indexOf(name)));
}
