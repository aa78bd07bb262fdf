import { expect, test } from 'vitest';
import { RandomStream } from '../../engine/base/rng.ts';
import { DecimalText } from '../../engine/export/decimal.ts';

function written(values: readonly number[]): string {
  const text = new DecimalText();
  text.text('[');
  text.row(Float32Array.from(values), ',');
  text.text(']');
  return new TextDecoder().decode(text.bytes());
}

/** Every float32 of a sign and exponent is as likely as any other. */
function anyFloats(count: number): Float32Array {
  const random = new RandomStream(7, 1);
  const bits = Uint32Array.from({ length: count }, () => Math.floor(random.nextFloat() * 2 ** 32));
  return new Float32Array(bits.buffer).filter(Number.isFinite);
}

test('numbers a person knows', () => {
  expect(
    written([0, -0, 1, -1, 0.1, -0.25, 1e-6, 123456.7, 9999999, 1e7, 1e-7, 3.4028235e38, 1.401298e-45]),
  ).toBe('[0,-0,1,-1,0.1,-0.25,0.000001,123456.7,9999999,10000000,1e-7,3.4028235e+38,1.401298e-45]');
});

test('what JSON cannot say is null', () => {
  expect(written([Number.NaN, Number.POSITIVE_INFINITY])).toBe('[null,null]');
});

test('every text is the shortest, of seven to nine digits, that JSON.parse rounds back to the same float32', () => {
  const random = new RandomStream(7, 2);
  const usual = Float32Array.from(
    { length: 200_000 },
    () => random.nextNormal() * 10 ** (8 * random.nextFloat() - 5),
  );
  for (const values of [anyFloats(200_000), usual]) {
    const texts = written([...values])
      .slice(1, -1)
      .split(',');
    expect(texts).toHaveLength(values.length);
    values.forEach((value, index) => {
      const digits = [7, 8, 9].find((count) => Math.fround(Number(value.toPrecision(count))) === value);
      const back: number = JSON.parse(texts[index] as string);
      if (!Object.is(Math.fround(back), value) || back !== Number(value.toPrecision(digits))) {
        expect.fail(`${value} was written as ${texts[index]}`);
      }
    });
  }
});

test('texts longer than a chunk, and rows over its end', () => {
  const text = new DecimalText();
  const long = 'x'.repeat(3_000_000);
  text.text(long);
  text.row(new Float32Array(400_000).fill(-0.125), ', ');
  expect(new TextDecoder().decode(text.bytes())).toBe(long + new Array(400_000).fill('-0.125').join(', '));
});
