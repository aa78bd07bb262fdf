const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const longMonths = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];

/** What a letter of a pattern stands for: the text that it takes. */
const letters: Readonly<Record<string, string>> = {
  Y: '\\d{4}',
  y: '\\d{2}',
  m: '\\d{1,2}',
  d: '\\d{1,2}',
  j: '\\d{1,3}',
  H: '\\d{1,2}',
  I: '\\d{1,2}',
  M: '\\d{2}',
  S: '\\d{2}',
  f: '\\d{1,9}',
  b: '[A-Za-z]{3}',
  B: '[A-Za-z]+',
  p: '[AaPp][Mm]',
  z: '[+-]\\d{2}:?\\d{2}|Z',
};

/** Reads texts as times by one pattern. */
export interface TimePattern {
  /** Whether texts carry their offset from UTC. */
  readonly zoned: boolean;
  /** Whether there is a time of day. */
  readonly clock: boolean;
  /** Milliseconds since 1970, by UTC or by the wall clock; NaN for a text that does not fit. */
  parse(text: string): number;
}

/**
 * @param pattern in the letters of strptime (%Y %y %m %d %j %b %B %H %I %p %M %S %f %z %%), `unix` or
 *   `unixMilliseconds`.
 * @returns null for a letter that is not known.
 */
export function timePattern(pattern: string): TimePattern | null {
  if (pattern === 'unix' || pattern === 'unixMilliseconds') {
    const unit = pattern === 'unix' ? 1000 : 1;
    const parse = (text: string): number =>
      /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) * unit : Number.NaN;
    return { zoned: true, clock: true, parse };
  }
  const order: string[] = [];
  let unknown = false;
  const source = pattern.replace(/%(.)|[.*+?^${}()|[\]\\]/g, (match, letter: string | undefined) => {
    if (letter === undefined) return `\\${match}`;
    if (letter === '%') return '%';
    const expression = letters[letter];
    if (expression === undefined) unknown = true;
    order.push(letter);
    return `(${expression ?? ''})`;
  });
  if (unknown || order.length === 0) return null;
  const shape = new RegExp(`^${source}$`);
  return {
    zoned: order.includes('z'),
    clock: order.some((letter) => letter === 'H' || letter === 'I'),
    parse: (text) => {
      const match = shape.exec(text.trim());
      return match === null
        ? Number.NaN
        : assemble(new Map(order.map((letter, i) => [letter, match[i + 1] ?? ''])));
    },
  };
}

function assemble(parts: ReadonlyMap<string, string>): number {
  const number = (letter: string, otherwise: number): number => {
    const text = parts.get(letter);
    return text === undefined ? otherwise : Number(text);
  };
  const short = number('y', 70);
  // As POSIX has it: 69 to 99 are of the twentieth century.
  const year = parts.has('Y') ? number('Y', 1970) : short + (short >= 69 ? 1900 : 2000);
  const month = monthOf(parts) ?? number('m', 1) - 1;
  const dayOfMonth = number('d', 1);
  const dayOfYear = parts.has('j') ? number('j', 1) : null;
  const hour = hourOf(parts, number('H', 0), number('I', 12));
  const minutes = number('M', 0);
  const seconds = number('S', 0);
  const fraction = Number(`0.${parts.get('f') ?? '0'}`) * 1000;
  const start = Date.UTC(year, dayOfYear === null ? month : 0, dayOfYear ?? dayOfMonth);
  const date = new Date(start);
  const valid =
    month >= 0 &&
    month < 12 &&
    hour < 24 &&
    minutes < 60 &&
    seconds < 60 &&
    date.getUTCFullYear() === year &&
    (dayOfYear !== null || date.getUTCDate() === dayOfMonth);
  if (!valid) return Number.NaN;
  const wall = start + ((hour * 60 + minutes) * 60 + seconds) * 1000 + fraction;
  return wall - offsetOf(parts.get('z'));
}

function monthOf(parts: ReadonlyMap<string, string>): number | null {
  const short = parts.get('b');
  if (short !== undefined) return months.indexOf(short.toLowerCase());
  const long = parts.get('B');
  return long === undefined ? null : longMonths.indexOf(long.toLowerCase());
}

function hourOf(parts: ReadonlyMap<string, string>, full: number, half: number): number {
  if (!parts.has('I')) return full;
  if (half < 1 || half > 12) return Number.POSITIVE_INFINITY;
  return (half % 12) + (parts.get('p')?.toLowerCase() === 'pm' ? 12 : 0);
}

/** Milliseconds that a clock with the offset is ahead of UTC. */
function offsetOf(text: string | undefined): number {
  if (text === undefined || text === 'Z') return 0;
  const sign = text.startsWith('-') ? -1 : 1;
  return sign * (Number(text.slice(1, 3)) * 60 + Number(text.slice(-2))) * 60_000;
}

/** A time in the letters of a pattern, as a file wrote it that was read by that pattern. */
export function writeTime(pattern: string, milliseconds: number): string {
  const date = new Date(milliseconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  const month = months[date.getUTCMonth()] ?? '';
  const values: Readonly<Record<string, string>> = {
    Y: String(date.getUTCFullYear()).padStart(4, '0'),
    y: two(date.getUTCFullYear() % 100),
    m: two(date.getUTCMonth() + 1),
    d: two(date.getUTCDate()),
    b: `${month.slice(0, 1).toUpperCase()}${month.slice(1)}`,
    H: two(date.getUTCHours()),
    M: two(date.getUTCMinutes()),
    S: two(date.getUTCSeconds()),
    '%': '%',
  };
  return pattern.replace(/%(.)/g, (match, letter: string) => values[letter] ?? match);
}
