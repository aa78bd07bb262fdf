import type { Language } from './catalog.ts';
import type { Text } from './text.ts';

const locales = { en: 'en-US', zh: 'zh-CN' } as const;

/** Four significant figures, thousands separators; very large and very small ones in powers of ten. */
export function formatNumber(value: number | null, language: Language = 'en'): string {
  if (value === null || Number.isNaN(value)) return '–';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e9 || size < 1e-3)) return powerOfTen(value);
  return value.toLocaleString(locales[language], {
    maximumSignificantDigits: size >= 1000 ? Math.ceil(Math.log10(size + 1)) : 4,
  });
}

function powerOfTen(value: number): string {
  const [digits, exponent] = value.toExponential(3).split('e');
  return `${Number(digits)}e${Number(exponent)}`;
}

/** A count: every figure of it, with separators. */
export function formatCount(value: number, language: Language = 'en'): string {
  return value.toLocaleString(locales[language], { maximumFractionDigits: 0 });
}

/** "512 B", "3.2 MB": three figures, in powers of 1000 as file managers show them. */
export function formatBytes(bytes: number, language: Language = 'en'): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const value = (bytes / 1000 ** power).toLocaleString(locales[language], { maximumSignificantDigits: 3 });
  return `${value} ${units[power]}`;
}

export function formatPercent(fraction: number, language: Language = 'en'): string {
  return fraction.toLocaleString(locales[language], { style: 'percent', maximumSignificantDigits: 3 });
}

/** "340 ms", "12 s", "2 min 10 s", "3 h 5 min", "2 d 4 h". */
export function formatDuration(seconds: number, text: Text): string {
  if (seconds < 1)
    return text('common.durationMilliseconds', { text: formatNumber(Math.round(seconds * 1000)) });
  if (seconds < 9.95)
    return text('common.durationSeconds', { text: formatNumber(Math.round(seconds * 10) / 10) });
  const whole = Math.round(seconds);
  if (whole < 60) return text('common.durationSeconds', { text: whole });
  if (whole < 3600)
    return text('common.durationMinutes', { minutes: Math.floor(whole / 60), seconds: whole % 60 });
  const minutes = Math.round(seconds / 60);
  if (minutes < 24 * 60)
    return text('common.durationHours', { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
  const hours = Math.round(seconds / 3600);
  return text('common.durationDays', { days: Math.floor(hours / 24), hours: hours % 24 });
}

/** A moment in the person's own time zone: "Nov 26, 2026, 01:32". */
export function formatMoment(iso: string, language: Language): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  return date.toLocaleString(locales[language], { dateStyle: 'medium', timeStyle: 'short' });
}
