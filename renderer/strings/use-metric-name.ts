import { useCallback } from 'react';
import { metrics } from './features/metrics.ts';
import { type Text, useText } from './text.ts';

type Known = keyof (typeof metrics)['en'];

function isKnown(name: string): name is Known {
  return Object.hasOwn(metrics.en, name);
}

/** `rmse` as the field writes it; a metric without a name of its own keeps its key. */
export function useMetricName(): (metric: string) => string {
  const text = useText();
  return useCallback((metric) => metricName(metric, text), [text]);
}

function metricName(metric: string, text: Text): string {
  return isKnown(metric) ? text(`metrics.${metric}`) : metric;
}
