import { useComputedColorScheme } from '@mantine/core';
import { useMemo } from 'react';
import { seriesColors } from '../../theme/series.ts';
import type { PlotColors } from './options.ts';

/** The colors of the present theme for what is drawn on a canvas. */
export function usePlotColors(): PlotColors {
  const scheme = useComputedColorScheme('light');
  return useMemo(() => readColors(scheme), [scheme]);
}

function readColors(scheme: 'light' | 'dark'): PlotColors {
  // The attribute that the tokens hang on is set by an effect that may not have run yet.
  const root = document.documentElement;
  const before = root.getAttribute('data-mantine-color-scheme');
  root.setAttribute('data-mantine-color-scheme', scheme);
  const style = getComputedStyle(root);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  const colors = {
    series: seriesColors[scheme],
    surface: token('--surface'),
    line: token('--line'),
    lineStrong: token('--line-strong'),
    text: token('--text'),
    textQuiet: token('--text-quiet'),
    font: getComputedStyle(document.body).fontFamily,
  };
  if (before !== null) root.setAttribute('data-mantine-color-scheme', before);
  return colors;
}
