import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { summarizeFolds } from '../../main/services/runs/train-folds.ts';
import { CommandLine, seriesCsv } from './support/command-line.ts';

const gru = new CommandLine();
const small = ['model.layers.0.units=4', 'data.window=6', 'data.horizon=1', 'training.epochs=1'].flatMap(
  (key) => ['--set', key],
);

beforeAll(() => {
  writeFileSync(gru.path('sales.csv'), seriesCsv(200));
});
afterAll(() => gru.close());

describe('gru train --folds', () => {
  it('trains every fold and sums their metrics up', async () => {
    expect((await gru.run('init', 'p', '--data', 'sales.csv')).code).toBe(0);
    const { code, stdout } = await gru.run('train', 'p', ...small, '--folds', '3', '--json');
    expect(code).toBe(0);
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const done = events.filter(({ event }) => event === 'done');
    expect(done).toHaveLength(3);
    const runs = events.filter(({ event }) => event === 'run');
    // Every fold trains on more rows than the one before, and tests on as many.
    const [a, b, c] = runs.map(({ samples }) => samples);
    expect(a.train).toBeLessThan(b.train);
    expect(b.train).toBeLessThan(c.train);
    expect(new Set(runs.map(({ samples }) => samples.test)).size).toBe(1);
    const last = events.at(-1);
    const errors = done.map(({ metrics }) => metrics['test.rmse'] as number);
    const mean = errors.reduce((sum, value) => sum + value, 0) / 3;
    expect(last).toMatchObject({ event: 'folds', folds: 3 });
    expect(last.metrics['test.rmse'].values).toEqual(errors);
    expect(last.metrics['test.rmse'].mean).toBeCloseTo(mean, 12);
  });

  it('prints mean and deviation for a person', async () => {
    const { code, stdout } = await gru.run('train', 'p', ...small, '--folds', '2');
    expect(code).toBe(0);
    expect(stdout).toMatch(/over all folds +mean +deviation +fold 1 +fold 2/);
    expect(stdout).toMatch(/test\.rmse/);
  });

  it('needs a split that has folds', async () => {
    const { code, stderr } = await gru.run('train', 'p', ...small, '--folds');
    expect(code).not.toBe(0);
    expect(stderr).toContain(
      'A split of the kind "time" has no folds (data.split.kind). Set data.split.kind to "rollingOrigin".',
    );
  });
});

describe('summarizeFolds', () => {
  it('leaves out what a fold lacks, and gives no deviation of one', () => {
    const outcome = (fold: number, metrics: Record<string, number | null>) => ({ fold, run: '', metrics });
    expect(
      summarizeFolds([outcome(1, { a: 1, b: null }), outcome(2, { a: 3, b: 2 }), outcome(3, { a: 8, b: 2 })]),
    ).toEqual({ a: { mean: 4, deviation: Math.sqrt(13), values: [1, 3, 8] } });
    expect(summarizeFolds([outcome(1, { a: 1 })])).toEqual({ a: { mean: 1, deviation: null, values: [1] } });
  });
});
