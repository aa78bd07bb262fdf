import { describe, expect, it } from 'vitest';
import type { OutputLayout } from '../../engine/data/prepared.ts';
import { naiveBaselines, naiveScales } from '../../engine/train/baselines.ts';
import type { MemorySample } from '../../main/services/examples/memory-samples.ts';
import { oneFeature, prepared } from './support.ts';

const season = [0, 3, 9, 3];
const series = (t: number) => (season[t % 4] as number) + 0.01 * t;

/** Windows of 8 steps with the two values that follow. */
function windows(from: number, count: number): MemorySample[] {
  return Array.from({ length: count }, (_, index) => ({
    timesteps: 8,
    features: Array.from({ length: 8 }, (_, t) => series(from + index + t)),
    targets: [series(from + index + 8), series(from + index + 9)],
  }));
}

const ahead: OutputLayout = { kind: 'values', targets: ['x+1', 'x+2'], classes: [], rows: 'batch' };

describe('naive baselines', () => {
  it('repeat the last value, the last period and the mean, by hand', () => {
    const data = prepared(oneFeature, ahead, { train: windows(0, 40), test: windows(60, 8) });
    const found = naiveBaselines(data);
    const errors = (guess: (t: number, k: number) => number) => {
      const all = Array.from({ length: 8 }, (_, i) => 60 + i + 7).flatMap((last) =>
        [1, 2].map((k) => Math.abs(guess(last, k) - series(last + k))),
      );
      return all.reduce((sum, error) => sum + error, 0) / all.length;
    };
    expect(found['naive.last.mae']).toBeCloseTo(
      errors((last) => series(last)),
      5,
    );
    expect(found['naive.seasonal.mae']).toBeCloseTo(0.04, 5);
    const means = [8, 9].map((shift) => {
      const all = Array.from({ length: 40 }, (_, i) => series(i + shift));
      return all.reduce((sum, value) => sum + value, 0) / 40;
    });
    expect(found['naive.mean.mae']).toBeCloseTo(
      errors((_, k) => means[k - 1] as number),
      5,
    );
  });

  it('are those of the part that is asked for', () => {
    const data = prepared(oneFeature, ahead, {
      train: windows(0, 40),
      validation: windows(60, 8),
      test: windows(40, 12),
    });
    const moved = prepared(oneFeature, ahead, { train: windows(0, 40), test: windows(60, 8) });
    expect(naiveBaselines(data, data.validation)).toEqual(naiveBaselines(moved));
  });

  it('name no season where there is none, and no last value where the past is hidden', () => {
    const walk = (samples: MemorySample[]) =>
      samples.map((sample, index) => ({
        ...sample,
        features: Array.from({ length: 8 }, (_, t) => index + t),
      }));
    const data = prepared(oneFeature, ahead, { train: walk(windows(0, 9)), test: walk(windows(9, 3)) });
    expect(Object.keys(naiveBaselines(data)).filter((name) => name.includes('seasonal'))).toEqual([]);
    const hidden = prepared(
      oneFeature,
      { ...ahead, targets: ['y+1', 'y+2'] },
      { train: windows(0, 9), test: windows(9, 3) },
    );
    expect(Object.keys(naiveBaselines(hidden)).every((name) => name.startsWith('naive.mean.'))).toBe(true);
  });

  it('scale by the change from one target to the next', () => {
    const scales = naiveScales(prepared(oneFeature, ahead, { train: windows(0, 13) }));
    const changes = Array.from({ length: 12 }, (_, i) => Math.abs(series(i + 9) - series(i + 8)));
    expect(scales?.[0]).toBeCloseTo(changes.reduce((sum, value) => sum + value, 0) / 12, 5);
  });

  it('answer the most frequent class', () => {
    const classes: OutputLayout = { kind: 'labels', targets: ['c'], classes: ['u', 'v'], rows: 'batch' };
    const labeled = (labels: number[]) =>
      labels.map((label) => ({ timesteps: 1, features: [0], labels: [label] }));
    const data = prepared(oneFeature, classes, { train: labeled([1, 1, 0, 1]), test: labeled([1, 0, 1]) });
    const found = naiveBaselines(data);
    expect(found['naive.majority.accuracy']).toBeCloseTo(2 / 3, 14);
    expect(found['naive.majority.logLoss']).toBeCloseTo(-(2 * Math.log(0.75) + Math.log(0.25)) / 3, 14);
  });
});
