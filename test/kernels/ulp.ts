/** Float32 values in [from, to], `count` of them, evenly over their bit patterns (dense near 0, as floats are). */
export function floatsBetween(from: number, to: number, count: number): Float32Array {
  const order = (value: number): number => {
    const bits = new Int32Array(Float32Array.of(value).buffer)[0] as number;
    return bits < 0 ? -(bits & 0x7fffffff) : bits;
  };
  const low = order(from);
  const high = order(to);
  const bits = Int32Array.from({ length: count }, (_, index) => {
    const place = Math.round(low + ((high - low) * index) / (count - 1));
    return place < 0 ? -place | 0x80000000 : place;
  });
  return new Float32Array(bits.buffer);
}

/** Distance between two float32 values next to each other at this magnitude; subnormal ones are 2^-149 apart. */
function spacing(value: number): number {
  const magnitude = Math.abs(Math.fround(value));
  return 2 ** (Math.max(Math.floor(Math.log2(magnitude)), -126) - 23);
}

export interface Worst {
  readonly ulp: number;
  readonly input: number;
  readonly actual: number;
  readonly expected: number;
}

/** The largest error in units in the last place of the exact value. NaN or infinity where it does not belong: Infinity. */
export function worstUlp(
  inputs: Float32Array,
  actual: ArrayLike<number>,
  exact: (x: number) => number,
): Worst {
  let worst: Worst = { ulp: 0, input: 0, actual: 0, expected: 0 };
  inputs.forEach((input, index) => {
    const expected = exact(input);
    const value = actual[index] as number;
    const same = Object.is(value, Math.fround(expected));
    const distance = same ? 0 : Math.abs(value - expected) / spacing(expected);
    const ulp = Number.isNaN(distance) ? Number.POSITIVE_INFINITY : distance;
    if (ulp > worst.ulp) worst = { ulp, input, actual: value, expected };
  });
  return worst;
}
