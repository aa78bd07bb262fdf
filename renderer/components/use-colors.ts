import { useComputedColorScheme } from '@mantine/core';
import { useMemo } from 'react';
import { type ColorScheme, seriesColors } from '../theme/series.ts';

export interface ChartColors {
  readonly scheme: ColorScheme;
  readonly series: readonly string[];
  readonly text: string;
  readonly line: string;
  readonly surface: string;
}

/** Colors for canvases, which cannot read the tokens of the page by themselves. */
export function useColors(): ChartColors {
  const scheme = useComputedColorScheme('light', { getInitialValueInEffect: false });
  return useMemo(() => {
    const style = getComputedStyle(document.documentElement);
    const token = (name: string) => style.getPropertyValue(name).trim();
    return {
      scheme,
      series: seriesColors[scheme],
      text: token('--text-quiet'),
      line: token('--line'),
      surface: token('--surface'),
    };
  }, [scheme]);
}
