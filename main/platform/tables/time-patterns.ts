import type { TimeFormat } from '../../../engine/data/table.ts';
import { literal } from './database.ts';

/** Shapes of times that DuckDB does not sniff, or sniffs wrongly, and the patterns (strptime) that may fit them. */
const shapes: readonly { readonly shape: RegExp; readonly patterns: readonly string[] }[] = [
  { shape: /^\d{4}-\d{2}$/, patterns: ['%Y-%m'] },
  { shape: /^\d{4}\/\d{2}$/, patterns: ['%Y/%m'] },
  ...withClock(String.raw`\d{4}\/\d{1,2}\/\d{1,2}`, ['%Y/%m/%d']),
  ...withClock(String.raw`\d{1,2}\.\d{1,2}\.\d{4}`, ['%d.%m.%Y']),
  ...withClock(String.raw`\d{1,2}\/\d{1,2}\/\d{4}`, ['%d/%m/%Y', '%m/%d/%Y']),
  ...withClock(String.raw`\d{1,2}-\d{1,2}-\d{4}`, ['%d-%m-%Y', '%m-%d-%Y']),
  ...withClock(String.raw`\d{4}-\d{1,2}-\d{1,2}`, ['%Y-%m-%d']),
  { shape: /^\d{4}-\d{1,2}-\d{1,2}T\d{1,2}:\d{2}:\d{2}$/, patterns: ['%Y-%m-%dT%H:%M:%S'] },
  ...withClock(String.raw`\d{1,2}\.\d{1,2}\.\d{2}`, ['%d.%m.%y']),
  ...withClock(String.raw`\d{1,2}\/\d{1,2}\/\d{2}`, ['%d/%m/%y', '%m/%d/%y', '%y/%m/%d']),
  ...withClock(String.raw`\d{1,2}-\d{1,2}-\d{2}`, ['%y-%m-%d', '%d-%m-%y', '%m-%d-%y']),
  { shape: /^[A-Za-z]{3} \d{4}$/, patterns: ['%b %Y'] },
  { shape: /^[A-Za-z]{3}-\d{4}$/, patterns: ['%b-%Y'] },
  { shape: /^\d{1,2} [A-Za-z]{3} \d{4}$/, patterns: ['%d %b %Y'] },
  { shape: /^\d{1,2}-[A-Za-z]{3}-\d{4}$/, patterns: ['%d-%b-%Y'] },
  { shape: /^[A-Za-z]{3} \d{1,2},? \d{4}$/, patterns: ['%b %d %Y', '%b %d, %Y'] },
];

function withClock(shape: string, patterns: readonly string[]) {
  return [
    { clock: '', pattern: '' },
    { clock: String.raw` \d{1,2}:\d{2}`, pattern: ' %H:%M' },
    { clock: String.raw` \d{1,2}:\d{2}:\d{2}`, pattern: ' %H:%M:%S' },
  ].map(({ clock, pattern }) => ({
    shape: new RegExp(`^${shape}${clock}$`),
    patterns: patterns.map((date) => `${date}${pattern}`),
  }));
}

/** The patterns of the shape that the most texts have; none where fewer than `share` of them have it. */
export function likelyPatterns(texts: readonly string[], share: number): readonly string[] {
  let best: readonly string[] = [];
  let most = 0;
  for (const { shape, patterns } of shapes) {
    const count = texts.filter((text) => shape.test(text)).length;
    if (count > most) {
      most = count;
      best = patterns;
    }
  }
  return most >= texts.length * share ? best : [];
}

/** The ISO 8601 format that all of some texts have; null where one has another. */
export function likelyIsoFormat(texts: readonly string[]): TimeFormat | null {
  const found = isoTexts.find(({ shape }) => texts.length > 0 && texts.every((text) => shape.test(text)));
  return found?.format ?? null;
}

const isoTexts: readonly { readonly format: TimeFormat; readonly shape: RegExp }[] = [
  { format: 'date', shape: /^\d{4}-\d{2}-\d{2}$/ },
  { format: 'datetime', shape: /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/ },
  { format: 'zoned', shape: /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}(:?\d{2})?)$/ },
  { format: 'clock', shape: /^\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/ },
];

/** The SQL expression that reads a text by a pattern: null where it does not fit. */
export function patternExpression(text: string, pattern: string): string {
  const parsed = `try_strptime(${text}, ${literal(pattern)})`;
  // %Y also takes the year 24 for a year, of the first century.
  return pattern.includes('%Y') ? `CASE WHEN regexp_matches(${text}, '[0-9]{4}') THEN ${parsed} END` : parsed;
}

const day = '[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}';
const isoShapes: Readonly<Record<TimeFormat, string>> = {
  date: `^${day}$`,
  datetime: `^${day}([ T][0-9]{1,2}:[0-9:.]+)?$`,
  zoned: `^${day}([ T][0-9]{1,2}:.+)?$`,
  clock: '^[0-9]{1,2}:[0-9:.]+$',
};

export const timeSqlTypes: Readonly<Record<TimeFormat, string>> = {
  date: 'DATE',
  datetime: 'TIMESTAMP',
  zoned: 'TIMESTAMPTZ',
  clock: 'TIME',
};

/**
 * The SQL expression that reads a text as a time of another file was read: null where it does not fit. A cast alone
 * would drop the clock of a date and the offset of a time.
 * @param pattern null reads ISO 8601, which a pattern with the year in front takes too.
 */
export function timeExpression(text: string, format: TimeFormat, pattern: string | null): string {
  const iso = `CASE WHEN regexp_matches(${text}, ${literal(isoShapes[format])}) THEN TRY_CAST(${text} AS ${timeSqlTypes[format]}) END`;
  if (pattern === null) return iso;
  const parsed = `CAST(${patternExpression(text, pattern)} AS ${timeSqlTypes[format]})`;
  return pattern.startsWith('%Y') ? `coalesce(${parsed}, ${iso})` : parsed;
}

/** Which of day, month and year stands where, in words, or null where nobody can take one for another. */
export function patternNote(pattern: string): string | null {
  const letters = [...pattern.matchAll(/%([dmyY])/g)].map(([, letter]) => letter?.toLowerCase() ?? '');
  if (letters.length < 3 || pattern.startsWith('%Y')) return null;
  const words: Readonly<Record<string, string>> = { d: 'day', m: 'month', y: 'year' };
  return `Dates are read as ${letters.map((letter) => words[letter]).join(', ')} (${pattern}).`;
}

/** Where no day is beyond 12. */
export const ambiguityNote =
  'Day and month could also be the other way round; if they are, write the dates as 2024-01-31.';
