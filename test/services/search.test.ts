import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../engine/base/rng.ts';
import { experimentSchema } from '../../engine/contract/experiment.ts';
import { assignKeys } from '../../main/services/config/assign.ts';
import { parseExperiment } from '../../main/services/config/parse.ts';
import { describeDistribution } from '../../main/services/datasets/distribution.ts';
import { readJson } from '../../main/services/experiments/json-places.ts';
import { presets } from '../../main/services/experiments/presets.ts';
import { rankingCurves } from '../../main/services/models/curves.ts';
import { isHopeless } from '../../main/services/sweeps/median-stopping.ts';
import { ParzenEstimator } from '../../main/services/sweeps/parzen.ts';
import { gridValues, randomValues, type SweepParameter } from '../../main/services/sweeps/space.ts';
import { type Observation, tpeValues } from '../../main/services/sweeps/tpe.ts';

const golden = JSON.parse(readFileSync(new URL('golden/values.json', import.meta.url), 'utf8'));

const space: readonly SweepParameter[] = [
  { kind: 'range', path: 'a', low: 1e-5, high: 1, scale: 'log', integer: false, points: 3 },
  { kind: 'range', path: 'b', low: -5, high: 5, scale: 'linear', integer: true, points: 3 },
  { kind: 'choice', path: 'c', values: ['x', 'y', 'z'] },
];

describe('a search', () => {
  it('walks a grid in the order of a product', () => {
    const values = gridValues(space, 100);
    expect(values).toHaveLength(27);
    expect(values[0]).toMatchObject({ b: -5, c: 'x' });
    expect(values[1]).toMatchObject({ b: -5, c: 'y' });
    expect(new Set(values.map(({ a }) => Number(a).toPrecision(4)))).toEqual(
      new Set(['0.00001000', '0.003162', '1.000']),
    );
    expect(gridValues(space, 5)).toEqual(values.slice(0, 5));
  });

  it('estimates densities as SciPy does', () => {
    const { observations, low, high, places, logDensity } = golden.parzen;
    const estimator = new ParzenEstimator(observations, low, high);
    places.forEach((place: number, i: number) => {
      expect(estimator.logDensity(place)).toBeCloseTo(logDensity[i], 5);
    });
  });

  it('by TPE stays within the bounds and finds better values than chance', () => {
    const loss = ({ a, b, c }: Readonly<Record<string, unknown>>) =>
      (Math.log10(Number(a)) + 3) ** 2 + (Number(b) - 2) ** 2 + (c === 'y' ? 0 : 4);
    const best = (propose: (seen: readonly Observation[], trial: number) => Observation['values']) => {
      const seen: Observation[] = [];
      for (let trial = 0; trial < 50; trial++) {
        const values = propose(seen, trial);
        expect(Number(values.a)).toBeGreaterThanOrEqual(1e-5);
        expect(Number(values.a)).toBeLessThanOrEqual(1);
        expect(Number.isInteger(values.b)).toBe(true);
        seen.push({ values, loss: loss(values) });
      }
      return Math.min(...seen.map((observation) => observation.loss));
    };
    const seeds = Array.from({ length: 20 }, (_, i) => i);
    const stream = (seed: number, trial: number) => new RandomStream(seed, 5, trial);
    const tpe = seeds.map((seed) => best((seen, trial) => tpeValues(space, seen, stream(seed, trial))));
    const chance = seeds.map((seed) => best((_, trial) => randomValues(space, stream(seed, trial))));
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(tpe)).toBeLessThan(mean(chance) / 2);
  });

  it('stops a trial that is worse than the median of the others', () => {
    const rule = { warmupEpochs: 1, minimumTrials: 3 };
    const others = [
      [5, 3, 2],
      [5, 4, 3],
      [6, 5, 4],
    ];
    expect(isHopeless([9, 4.5], others, rule)).toBe(true);
    expect(isHopeless([9, 4], others, rule)).toBe(false);
    expect(isHopeless([9], others, rule)).toBe(false);
    expect(isHopeless([9, 8], others.slice(1), rule)).toBe(false);
    expect(isHopeless([9, 8], [[1], [1], [1]], rule)).toBe(false);
  });
});

describe('what screens are drawn from', () => {
  it('has the curves of scikit-learn', () => {
    const { scores, positive, rocX, rocY, rocArea, recall, precision, averagePrecision } = golden.curves;
    const curves = rankingCurves('x', scores, positive);
    if (curves === null) throw new Error('Both classes are there');
    const near = (ours: readonly number[], theirs: readonly number[]) => {
      expect(ours).toHaveLength(theirs.length);
      theirs.forEach((value, i) => {
        expect(ours[i]).toBeCloseTo(value, 12);
      });
    };
    near(curves.roc.x, rocX);
    near(curves.roc.y, rocY);
    expect(curves.roc.area).toBeCloseTo(rocArea, 12);
    expect(curves.precisionRecall.area).toBeCloseTo(averagePrecision, 12);
    const points = (x: readonly number[], y: readonly number[]) =>
      x.map((value, i) => `${value.toFixed(9)} ${(y[i] ?? 0).toFixed(9)}`).sort();
    const theirs = new Set(points(recall, precision));
    for (const point of points(curves.precisionRecall.x, curves.precisionRecall.y))
      expect(theirs).toContain(point);
    expect(rankingCurves('x', [1, 2], [true, true])).toBeNull();
  });

  it('has the quantiles and histograms of NumPy', () => {
    const { values, deviation, quantiles, edges, counts } = golden.distribution;
    const found = describeDistribution(Float64Array.from([...values, Number.NaN]));
    expect(found?.deviation).toBeCloseTo(deviation, 12);
    quantiles.forEach((value: number, i: number) => {
      expect(found?.quantiles[i]).toBeCloseTo(value, 12);
    });
    expect(found?.histogram.counts).toEqual(counts);
    edges.forEach((value: number, i: number) => {
      expect(found?.histogram.edges[i]).toBeCloseTo(value, 12);
    });
  });

  it('reads JSON as JSON.parse does, and refuses what it refuses', () => {
    fc.assert(
      fc.property(
        fc.json(),
        fc.nat(),
        fc.constantFrom('', ',', '}', ']', '"', ':', '0', 'x', '\\'),
        (text, at, put) => {
          const place = at % (text.length + 1);
          const changed = text.slice(0, place) + put + text.slice(place + 1);
          for (const source of [text, changed]) {
            let expected: { value: unknown } | null = null;
            try {
              expected = { value: JSON.parse(source) };
            } catch {
              expected = null;
            }
            const reading = readJson(source);
            if (!reading.ok && /twice/.test(reading.message)) return;
            expect(reading.ok).toBe(expected !== null);
            if (reading.ok) expect(reading.value).toEqual(expected?.value);
          }
        },
      ),
      { numRuns: 500, seed: 3 },
    );
  });

  it('has presets that every experiment can take', () => {
    const experiment = experimentSchema.parse({});
    for (const { assignments } of presets) {
      expect(() => parseExperiment(assignKeys(experiment, assignments), 'preset')).not.toThrow();
    }
  });
});
