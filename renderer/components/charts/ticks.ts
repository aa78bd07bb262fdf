const plain = new Intl.NumberFormat('en', { maximumSignificantDigits: 6 });

/** A number beside a tick of an axis: as short as it is exact. */
export function formatTick(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) {
    return value
      .toExponential(3)
      .replace(/\.?0*e\+?/, 'e')
      .replace(/^-/, '\u2212');
  }
  return plain.format(value).replace(/^-/, '\u2212');
}
