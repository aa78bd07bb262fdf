import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Curve } from '../../renderer/metrics/curve.ts';
import { curvesToCsv } from '../../renderer/metrics/csv.ts';
import { type DrawnPoint, decimate, nearestIndex } from '../../renderer/metrics/decimate.ts';
import { growingFloat64 } from '../../renderer/metrics/growing.ts';
import { Smoother } from '../../renderer/metrics/smoothing.ts';
import golden from './golden/smoothing.json' with { type: 'json' };

function curveOf(values: readonly number[], firstX = 0): Curve {
  const curve = new Curve();
  curve.x.append(values.map((_, index) => firstX + index));
  curve.append(values);
  return curve;
}

const value = fc.oneof(
  { weight: 9, arbitrary: fc.float({ min: -1000, max: 1000, noNaN: true }) },
  { weight: 1, arbitrary: fc.constant(Number.NaN) },
);

describe('a curve', () => {
  it('finds the lowest and highest of any range, however it grew', () => {
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 3000 }),
        fc.nat(),
        fc.nat(),
        fc.integer({ min: 1, max: 700 }),
        (values, first, second, piece) => {
          const curve = new Curve();
          for (let start = 0; start < values.length; start += piece) {
            const part = values.slice(start, start + piece);
            curve.x.append(part.map((_, index) => start + index));
            curve.append(part);
          }
          const [start, end] = [first % values.length, second % (values.length + 1)].sort((a, b) => a - b);
          const { lowest, highest } = curve.extremes(start as number, end as number);
          const within = values.slice(start, end).filter((each) => !Number.isNaN(each));
          if (within.length === 0) expect([lowest, highest]).toEqual([-1, -1]);
          else {
            expect(values[lowest]).toBe(Math.min(...within));
            expect(values[highest]).toBe(Math.max(...within));
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('forgets what came after a truncation', () => {
    const curve = curveOf(Array.from({ length: 1000 }, (_, index) => index));
    curve.x.truncate(300);
    curve.truncate(300);
    curve.x.append([300, 301]);
    curve.append([-5, 2]);
    expect(curve.length).toBe(302);
    expect(curve.extremes(0, 302)).toEqual({ lowest: 300, highest: 299 });
  });

  it.each(Object.entries(golden.smoothed))('smooths with weight %s as pandas does', (weight, expected) => {
    const values = golden.values.map((each) => each ?? Number.NaN);
    const smoother = new Smoother(Number(weight));
    for (const [index, each] of values.entries()) {
      const wanted = expected[index] ?? Number.NaN;
      if (Number.isNaN(wanted)) expect(smoother.next(each)).toBeNaN();
      else expect(smoother.next(each)).toBeCloseTo(wanted, 12);
    }
  });

  it('goes on smoothing what is appended', () => {
    const values = golden.values.map((each) => each ?? Number.NaN);
    const whole = curveOf(values).smoothed(0.9);
    const grown = curveOf(values.slice(0, 20));
    const smoothed = grown.smoothed(0.9);
    grown.x.append(values.slice(20).map((_, index) => 20 + index));
    grown.append(values.slice(20));
    expect(smoothed.y.view()).toEqual(whole.y.view());
    expect(grown.smoothed(0.9)).toBe(smoothed);
  });
});

describe('decimation', () => {
  it('draws what drawing every point would: the same lowest and highest in every pixel column', () => {
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 500, maxLength: 4000 }),
        fc.double({ min: 0, max: 0.6, noNaN: true }),
        fc.double({ min: 0.2, max: 0.4, noNaN: true }),
        (values, begin, width) => {
          const curve = curveOf(values);
          // No point lies on the line between two columns, where rounding would decide which one it is in.
          const from = begin * values.length + 0.012345;
          const to = from + width * values.length * 1.0000012345;
          const pixels = 40;
          const points: DrawnPoint[] = [];
          const count = decimate(curve, { from, to, pixels }, points);
          expect(count).toBeLessThanOrEqual(4 * (pixels + 2));
          const column = (x: number) => Math.floor(((x - from) / (to - from)) * pixels);
          const ofColumn = (source: readonly DrawnPoint[], wanted: number) =>
            source.filter(({ x, y }) => column(x) === wanted && !Number.isNaN(y)).map(({ y }) => y);
          const every = values.map((y, x) => ({ x, y: Math.fround(y) }));
          for (let pixel = 0; pixel < pixels; pixel++) {
            const wanted = ofColumn(every, pixel);
            const drawn = ofColumn(points.slice(0, count), pixel);
            expect(drawn.length === 0).toBe(wanted.length === 0);
            if (wanted.length === 0) continue;
            expect(Math.min(...drawn)).toBe(Math.min(...wanted));
            expect(Math.max(...drawn)).toBe(Math.max(...wanted));
          }
          const xs = points.slice(0, count).map(({ x }) => x);
          expect(xs).toEqual([...xs].sort((a, b) => a - b));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('keeps gaps, and a point on each side of the range', () => {
    const points: DrawnPoint[] = [];
    const count = decimate(
      curveOf([0, 1, Number.NaN, 3, 4, 5, 6]),
      { from: 1.5, to: 4.5, pixels: 100 },
      points,
    );
    expect(points.slice(0, count)).toEqual([
      { x: 1, y: 1 },
      { x: 2, y: Number.NaN },
      { x: 3, y: 3 },
      { x: 4, y: 4 },
      { x: 5, y: 5 },
    ]);
  });

  it('finds the point nearest to the pointer', () => {
    const curve = curveOf([0, 0, 0], 10);
    expect([-5, 10.4, 10.6, 99].map((x) => nearestIndex(curve, x))).toEqual([0, 0, 1, 2]);
    expect(nearestIndex(new Curve(), 1)).toBe(-1);
  });
});

it('comma-separated text joins curves over x and leaves gaps empty', () => {
  const left = curveOf([1, Number.NaN, 3]);
  const right = new Curve(growingFloat64());
  right.x.append([1, 5]);
  right.append([0.5, 7]);
  const csv = curvesToCsv('step', [
    { name: 'loss', curve: left },
    { name: 'a, "b"', curve: right },
  ]);
  expect(csv).toBe('step,loss,"a, ""b"""\n0,1,\n1,,0.5\n2,3,\n5,,7\n');
});
