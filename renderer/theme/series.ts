/**
 * Colors of data, the same on every screen: Okabe and Ito's set (2008), which people with any color vision can tell
 * apart. Yellow and black are left out: they vanish on one of the two themes.
 */
export const seriesColors = {
  light: ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00'],
  dark: ['#56b4e9', '#e69f00', '#2bc79a', '#e39bc6', '#4b9fd6', '#f0834a'],
} as const;

/** A part of the data is told by its color and by its dash: training solid, validation dashed, test dotted. */
export const partStyles = {
  train: { color: 0, dash: [] },
  validation: { color: 1, dash: [6, 3] },
  test: { color: 2, dash: [2, 3] },
} as const;

export type ColorScheme = keyof typeof seriesColors;

/** Color of the n-th series; the set repeats after six. */
export function seriesColor(scheme: ColorScheme, index: number): string {
  const colors = seriesColors[scheme];
  return colors[index % colors.length] ?? colors[0];
}
