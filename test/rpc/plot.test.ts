import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unpackFloat32 } from '../../renderer/rpc/packed.ts';
import { type Bench, type Client, openBench, wires } from './wires.ts';

let bench: Bench;
let client: Client;
let where: { readonly project: string; readonly dataset: string };
/** The cells of the file, as the sample has them. */
let cells: readonly (readonly (string | null)[])[];
let place: (column: string) => number;

beforeAll(async () => {
  bench = await openBench();
  const wire = wires.find(({ name }) => name === 'in process');
  if (wire === undefined) throw new Error('There is no wire in process');
  ({ client } = await wire.connect(bench));
  const { project } = (await client.projects.createFromSample({ folder: null, sample: 'weather' })).project;
  const [dataset] = await client.datasets.list({ project });
  where = { project, dataset: dataset?.id ?? '' };
  const { columns, rows } = await client.datasets.rows({ ...where, offset: 0, count: 1461 });
  cells = rows;
  place = (column) => columns.indexOf(column);
});
afterAll(() => bench.close());

async function plot(rows: { readonly first: number; readonly last: number } | null, points: number) {
  const answer = await client.datasets.plot({ ...where, column: 'temp_max', series: null, rows, points });
  const { minimum, maximum, ...rest } = answer;
  return { ...rest, minimum: [...unpackFloat32(minimum)], maximum: [...unpackFloat32(maximum)] };
}

/** Values of rows from `first` to `last`, 1-based, by the text of their cells. */
function values(first: number, last: number): number[] {
  return cells.slice(first - 1, last).map((row) => Math.fround(Number(row[place('temp_max')])));
}

describe('the plot of a column', () => {
  it('shows every peak of all rows, with the time of each first row', async () => {
    const { firstRows, minimum, maximum, times } = await plot(null, 100);
    expect(firstRows).toHaveLength(100);
    expect(firstRows[0]).toBe(1);
    firstRows.forEach((first, index) => {
      const own = values(first, (firstRows[index + 1] ?? 1462) - 1);
      expect([minimum[index], maximum[index]]).toEqual([Math.min(...own), Math.max(...own)]);
      expect(times[index]).toBe(cells[first - 1]?.[place('date')]);
    });
  });

  it('shows the rows that are asked for, each by itself where there is room', async () => {
    const { firstRows, minimum, maximum, times } = await plot({ first: 700, last: 749 }, 100);
    expect(firstRows).toEqual(Array.from({ length: 50 }, (_, index) => 700 + index));
    expect(minimum).toEqual(values(700, 749));
    expect(maximum).toEqual(minimum);
    expect(times).toEqual(cells.slice(699, 749).map((row) => row[place('date')]));
    expect((await plot({ first: 5000, last: 6000 }, 100)).times).toEqual([]);
  });
});
