import { describe, expect, it } from 'vitest';
import type { Initializer } from '../../engine/contract/model.ts';
import { describeModel } from '../../engine/model/describe.ts';
import type { ParameterDescription } from '../../engine/model/description.ts';
import { initialize, initialParameters } from '../../engine/model/initializers.ts';
import { orthonormalRows } from '../../engine/model/orthogonal.ts';
import { experiment, oneFeature, oneValue } from '../train/support.ts';

const dense: ParameterDescription = {
  name: 'head.0.kernel',
  kind: 'dense',
  shape: [300, 200],
  layer: 'head.0',
  gates: 1,
  torchFan: 300,
};
const recurrent: ParameterDescription = {
  name: 'gru.0.forward.recurrent',
  kind: 'recurrent',
  shape: [40, 120],
  layer: 'gru.0',
  gates: 3,
  torchFan: 40,
};

function statistics(values: Float64Array) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return {
    mean,
    deviation: Math.sqrt(variance),
    largest: values.reduce((a, b) => Math.max(a, Math.abs(b)), 0),
  };
}

describe('initializers', () => {
  // Deviation and limit by the formulas of keras.initializers; a truncated normal reaches two deviations before its
  // correction by 0.87962566.
  const truncated = 2 / 0.87962566103423978;
  it.each<[Initializer, number, number]>([
    [{ kind: 'glorotUniform' }, Math.sqrt(2 / 500), Math.sqrt(6 / 500)],
    [{ kind: 'glorotNormal' }, Math.sqrt(2 / 500), truncated * Math.sqrt(2 / 500)],
    [{ kind: 'heUniform' }, Math.sqrt(2 / 300), Math.sqrt(6 / 300)],
    [{ kind: 'heNormal' }, Math.sqrt(2 / 300), truncated * Math.sqrt(2 / 300)],
    [{ kind: 'lecunUniform' }, Math.sqrt(1 / 300), Math.sqrt(3 / 300)],
    [{ kind: 'lecunNormal' }, Math.sqrt(1 / 300), truncated * Math.sqrt(1 / 300)],
    [
      { kind: 'varianceScaling', scale: 3, mode: 'fanOut', distribution: 'uniform' },
      Math.sqrt(3 / 200),
      Math.sqrt(9 / 200),
    ],
    [
      { kind: 'varianceScaling', scale: 3, mode: 'fanAverage', distribution: 'truncatedNormal' },
      Math.sqrt(3 / 250),
      truncated * Math.sqrt(3 / 250),
    ],
    [{ kind: 'truncatedNormal', mean: 0, deviation: 0.5 }, 0.5 * 0.87962566103423978, 1],
    [{ kind: 'uniform', low: -0.3, high: 0.3 }, 0.3 / Math.sqrt(3), 0.3],
    [{ kind: 'torchUniform' }, 1 / Math.sqrt(900), 1 / Math.sqrt(300)],
  ])('%o', (initializer, deviation, limit) => {
    const found = statistics(initialize(dense, initializer, 1));
    expect(found.mean / deviation).toBeCloseTo(0, 1);
    expect(found.deviation / deviation).toBeCloseTo(1, 2);
    expect(found.largest).toBeLessThanOrEqual(limit);
    expect(found.largest).toBeGreaterThan(0.95 * limit);
  });

  it('normal has its mean and deviation and no limit', () => {
    const found = statistics(initialize(dense, { kind: 'normal', mean: 2, deviation: 0.1 }, 1));
    expect(found.mean).toBeCloseTo(2, 2);
    expect(found.deviation).toBeCloseTo(0.1, 2);
    expect(found.largest).toBeGreaterThan(2.35);
  });

  it('fills constants, and one identity for each gate', () => {
    expect(new Set(initialize(dense, { kind: 'constant', value: 3 }, 1))).toEqual(new Set([3]));
    expect(new Set(initialize(dense, { kind: 'ones' }, 1))).toEqual(new Set([1]));
    expect(new Set(initialize(dense, { kind: 'zeros' }, 1))).toEqual(new Set([0]));
    const eye = initialize(recurrent, { kind: 'identity', gain: 2 }, 1);
    eye.forEach((value, index) => {
      expect(value).toBe((index % 120) % 40 === Math.floor(index / 120) ? 2 : 0);
    });
  });

  it('gives each gate an orthogonal block', () => {
    const matrix = initialize(recurrent, { kind: 'orthogonal', gain: 2 }, 1);
    for (let gate = 0; gate < 3; gate++) {
      for (let a = 0; a < 40; a++) {
        for (let b = 0; b <= a; b++) {
          let product = 0;
          for (let k = 0; k < 40; k++) {
            product +=
              (matrix[a * 120 + gate * 40 + k] as number) * (matrix[b * 120 + gate * 40 + k] as number);
          }
          expect(Math.abs(product - (a === b ? 4 : 0))).toBeLessThan(1e-13);
        }
      }
    }
  });

  it('has orthonormal columns where there are more rows than columns', () => {
    const matrix = initialize(dense, { kind: 'orthogonal', gain: 1 }, 1);
    for (let a = 0; a < 200; a += 13) {
      for (let b = 0; b < 200; b += 7) {
        let product = 0;
        for (let row = 0; row < 300; row++) {
          product += (matrix[row * 200 + a] as number) * (matrix[row * 200 + b] as number);
        }
        expect(Math.abs(product - (a === b ? 1 : 0))).toBeLessThan(1e-13);
      }
    }
  });

  it('draws orthogonal matrices uniformly (Haar)', () => {
    // Over many 3x3 draws every entry has mean 0, variance 1/3 and fourth moment 1/5, and the determinant both signs.
    let seed = 1;
    const uniform = () => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return (seed + 0.5) / 2 ** 32;
    };
    const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    const draws = 20000;
    const sums = Array.from({ length: 9 }, () => ({ first: 0, second: 0, fourth: 0 }));
    let positive = 0;
    for (let draw = 0; draw < draws; draw++) {
      const q = orthonormalRows(3, 3, normal);
      q.forEach((value, index) => {
        const sum = sums[index];
        if (sum === undefined) return;
        sum.first += value / draws;
        sum.second += value ** 2 / draws;
        sum.fourth += value ** 4 / draws;
      });
      const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0] = q;
      if (a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g) > 0) positive += 1;
    }
    for (const { first, second, fourth } of sums) {
      expect(first).toBeCloseTo(0, 1);
      expect(Math.abs(second - 1 / 3)).toBeLessThan(0.01);
      expect(Math.abs(fourth - 1 / 5)).toBeLessThan(0.01);
    }
    expect(Math.abs(positive / draws - 0.5)).toBeLessThan(0.02);
  });

  it('gives a weight the same numbers whatever else the model has, and other numbers for another seed', () => {
    const weights = (layers: unknown[], seed: number) => {
      const config = experiment({ model: { layers } });
      return initialParameters(describeModel(config, oneFeature, oneValue), config.model.initializers, seed);
    };
    const small = weights([{ units: 4 }], 1);
    const deep = weights([{ units: 4 }, { units: 4 }], 1);
    for (const [name, values] of small) expect(deep.get(name)).toEqual(values);
    const name = 'gru.0.forward.kernel';
    expect(weights([{ units: 4 }], 2).get(name)).not.toEqual(small.get(name));
    expect(deep.get('gru.1.forward.recurrent')).not.toEqual(deep.get('gru.0.forward.recurrent'));
  });
});
