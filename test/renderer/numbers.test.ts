import { describe, expect, it } from 'vitest';
import { formatBytes, formatCount, formatDuration, formatNumber } from '../../renderer/strings/numbers.ts';
import type { Text } from '../../renderer/strings/text.ts';
import { catalog, type TextKey } from '../../renderer/strings/catalog.ts';

/** The catalog's English without a library: placeholders filled in. */
const text: Text = (key: TextKey, values = {}) => {
  const [feature, name] = key.split('.') as [keyof typeof catalog, string];
  const texts: Readonly<Record<string, string>> = catalog[feature].en;
  return (texts[name] ?? '').replace(/\{\{(\w+)\}\}/g, (_, value: string) => String(values[value]));
};

describe('numbers', () => {
  it.each([
    [0, '0'],
    [0.123456, '0.1235'],
    [-2.5, '-2.5'],
    [999.96, '1,000'],
    [1234.56, '1,235'],
    [1234567, '1,234,567'],
    [0.000123456, '1.235e-4'],
    [4.2e-7, '4.2e-7'],
    [3e12, '3e12'],
    [null, '–'],
    [Number.NaN, '–'],
    [Number.POSITIVE_INFINITY, '∞'],
  ])('shows %s as %s', (value, shown) => {
    expect(formatNumber(value)).toBe(shown);
  });

  it.each([
    [0.34, '340 ms'],
    [2.06, '2.1 s'],
    [12.4, '12 s'],
    [59.7, '1 min 0 s'],
    [130, '2 min 10 s'],
    [3599.9, '1 h 0 min'],
    [11_100, '3 h 5 min'],
    [187_200, '2 d 4 h'],
  ])('shows %s seconds as %s', (seconds, shown) => {
    expect(formatDuration(seconds, text)).toBe(shown);
  });

  it('shows counts whole, and bytes with three figures', () => {
    expect(formatCount(1461)).toBe('1,461');
    expect([0, 512, 999, 1000, 3_210_000, 2.5e9].map((bytes) => formatBytes(bytes))).toEqual([
      '0 B',
      '512 B',
      '999 B',
      '1 kB',
      '3.21 MB',
      '2.5 GB',
    ]);
  });
});
