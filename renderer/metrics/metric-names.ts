/** Metrics of which more is better; of all others less is. */
const rising: ReadonlySet<string> = new Set(['accuracy', 'macroF1', 'auc', 'r2']);

/** Whether more of a metric is better: `validation.accuracy`, `accuracy`. */
export function moreIsBetter(metric: string): boolean {
  return rising.has(metric.split('.').at(-1) ?? metric);
}

/** The metric without the part it was measured on: `rmse` of `validation.rmse`. */
export function bareMetric(metric: string): string {
  return metric.split('.').slice(1).join('.');
}

/** Naive forecasts of a metric: their names and values, from metrics like `naive.last.rmse`. */
export function naiveValues(
  metrics: Readonly<Record<string, number | null>>,
  metric: string,
): readonly { readonly name: string; readonly value: number }[] {
  return Object.entries(metrics).flatMap(([key, value]) => {
    const [kind, name, ...rest] = key.split('.');
    return kind === 'naive' && name !== undefined && rest.join('.') === metric && value !== null
      ? [{ name, value }]
      : [];
  });
}
