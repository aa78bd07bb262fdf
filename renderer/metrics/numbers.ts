const digits = 4;

const ordinary = new Intl.NumberFormat('en', { maximumSignificantDigits: digits });
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** A measured number for a person: four significant figures, thousands separators, a power of ten where it is needed. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e9)) {
    const [mantissa = '', exponent = ''] = value.toExponential(digits - 1).split('e');
    return `${minus(String(Number(mantissa)))}e${exponent.replace('+', '')}`;
  }
  return minus(size >= 10 ** digits ? whole.format(value) : ordinary.format(value));
}

/** A count: every digit, thousands separated. */
export function formatCount(value: number): string {
  return whole.format(value);
}

/** A number beside a tick of an axis: as short as it is exact. */
export function formatTick(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) {
    return minus(value.toExponential().replace(/^(-?\d(?:\.\d{1,3})?)\d*e\+?/, '$1e'));
  }
  return minus(new Intl.NumberFormat('en', { maximumSignificantDigits: 6 }).format(value));
}

/** The minus sign is as wide as a digit; the hyphen is not. */
function minus(text: string): string {
  return text.replace(/^-/, '\u2212');
}
