import { useMemo } from 'react';
import { formatCount, formatDuration, formatMoment, formatNumber, formatPercent } from './numbers.ts';
import { useLanguage, useText } from './text.ts';

/** Numbers and times as the person's language writes them. */
export interface Numbers {
  readonly number: (value: number | null) => string;
  readonly count: (value: number) => string;
  readonly percent: (fraction: number) => string;
  readonly duration: (seconds: number) => string;
  readonly moment: (iso: string) => string;
}

export function useNumbers(): Numbers {
  const language = useLanguage();
  const text = useText();
  return useMemo(
    () => ({
      number: (value) => formatNumber(value, language),
      count: (value) => formatCount(value, language),
      percent: (fraction) => formatPercent(fraction, language),
      duration: (seconds) => formatDuration(seconds, text),
      moment: (iso) => formatMoment(iso, language),
    }),
    [language, text],
  );
}
