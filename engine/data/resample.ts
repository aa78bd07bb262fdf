import { WorkbenchError } from '../base/errors.ts';
import type { ColumnConfig, DataConfig } from '../contract/data.ts';
import type { DropLog } from './drop-log.ts';
import { sortRows } from './order.ts';
import { cellText, type Column, formatTime, type RowTrace, type Table, type TimeColumn } from './table.ts';
import type { TimeZone } from './time-zone.ts';

type Resampling = Exclude<DataConfig['resample'], null>;
type Aggregate = NonNullable<ColumnConfig['aggregate']>;

const second = 1000;
const day = 86_400 * second;
const lengths = { second, minute: 60 * second, hour: 3600 * second, day, week: 7 * day };
const monthsIn = { month: 1, quarter: 3, year: 12 };
/** 1970-01-05 was the first Monday. */
const firstMonday = 4 * day;
/** More periods than this of one row each are a mistake in the unit. */
const maximumRows = 50_000_000;

/** Periods of one length or of calendar months, in the order of time. */
export interface Periods {
  /** Number of the period that an instant lies in. */
  number(instant: number): number;
  /** The instant at which a period begins. */
  start(number: number): number;
}

/**
 * Periods up to an hour follow instants, so that none is lost or doubled when clocks are set; longer ones follow the
 * wall clock of the zone. They begin at 1970-01-01, weeks on Mondays.
 */
export function periodsOf({ every, unit }: Resampling, zone: TimeZone): Periods {
  if (unit === 'month' || unit === 'quarter' || unit === 'year') {
    const months = monthsIn[unit] * every;
    return {
      number: (instant) => {
        const date = new Date(zone.wall(instant));
        return Math.floor(((date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth()) / months);
      },
      start: (number) => zone.instant(Date.UTC(1970, number * months, 1)),
    };
  }
  const length = lengths[unit] * every;
  if (unit === 'second' || unit === 'minute' || unit === 'hour') {
    // Hours of a zone that is half an hour off begin with its wall clock.
    const shift = (instant: number): number => (zone.wall(instant) - instant) % lengths.hour;
    return {
      number: (instant) => Math.floor((instant + shift(instant)) / length),
      start: (number) => number * length - shift(number * length),
    };
  }
  const origin = unit === 'week' ? firstMonday : 0;
  return {
    number: (instant) => Math.floor((zone.wall(instant) - origin) / length),
    start: (number) => zone.instant(number * length + origin),
  };
}

/** What was made of a table: the periods as rows, and how many of them no row of the file fell into. */
export interface Resampled {
  readonly table: Table & { readonly trace: RowTrace };
  readonly inserted: number;
}

/**
 * One row for each period from the first to the last of every series. Rows beyond the first of a period go to the log.
 * @throws config/impossible without a time column, or for a rule that texts do not have.
 */
export function resample(
  table: Table,
  data: DataConfig,
  resampling: Resampling,
  zone: TimeZone,
  log: DropLog,
): Resampled {
  const time = timeOf(table, data);
  const seriesName = data.columns.find(({ role }) => role === 'series')?.name;
  const series = table.columns.find(({ name }) => name === seriesName) ?? null;
  const keep = new Uint8Array(table.rowCount).fill(1);
  const sorted = sortRows(table, { time, series }, data, keep, log);
  const periods = periodsOf(resampling, zone);
  const groups = groupRows(table, time, sorted, periods, log);
  const names = new Map(data.columns.map((column) => [column.name, column]));
  const columns = table.columns.map((column): Column => {
    if (column === time) return { ...time, values: groups.times, format: formatFor(time, resampling) };
    const config = names.get(column.name);
    const repeated = config !== undefined && /^(series|split|group|weight)$/.test(config.role);
    const rule = config?.aggregate ?? usualRule(column, config);
    return aggregateColumn(column, repeated ? 'last' : rule, groups, repeated);
  });
  const { trace, inserted } = groups;
  return { table: { name: table.name, rowCount: groups.times.length, columns, trace }, inserted };
}

function timeOf(table: Table, data: DataConfig): TimeColumn {
  const name = data.columns.find(({ role }) => role === 'time')?.name;
  const column = table.columns.find((candidate) => candidate.name === name);
  if (column?.type === 'time') return column;
  throw new WorkbenchError(
    'config/impossible',
    column === undefined
      ? 'Rows are to be put together by time, but no column has the role "time"'
      : `Rows are to be put together by time, but column "${column.name}" holds no dates or times`,
    {
      where: 'data.resample',
      hint: 'Give the column of times the role "time" and, where they are numbers, a timeFormat ("unix"); or set data.resample to null.',
    },
  );
}

/** Rows of the file behind each row of the result: [rows + 1] offsets into `members`. */
interface Groups {
  readonly members: Int32Array;
  readonly offsets: Int32Array;
  readonly times: Float64Array;
  readonly trace: RowTrace;
  readonly inserted: number;
}

function groupRows(
  table: Table,
  time: TimeColumn,
  { rows, series }: ReturnType<typeof sortRows>,
  periods: Periods,
  log: DropLog,
): Groups {
  const at = (position: number): number => periods.number(time.values[rows[position] as number] as number);
  const count = series.reduce(
    (sum, { start, end }) => sum + (start === end ? 0 : at(end - 1) - at(start) + 1),
    0,
  );
  if (count > maximumRows) {
    throw new WorkbenchError('data/too-wide', `data.resample makes ${count} rows of ${table.rowCount}`, {
      where: table.name,
      hint: 'Choose a longer unit in data.resample.',
      data: { rows: count },
    });
  }
  const offsets = new Int32Array(count + 1);
  const times = new Float64Array(count);
  const first = new Int32Array(count);
  const last = new Int32Array(count);
  const inserted = new Uint8Array(count);
  let row = 0;
  let empty = 0;
  for (const { start, end } of series) {
    if (start === end) continue;
    const from = at(start);
    const to = at(end - 1);
    let position = start;
    for (let period = from; period <= to; period++, row++) {
      offsets[row] = position;
      times[row] = periods.start(period);
      const begin = position;
      while (position < end && at(position) === period) position++;
      if (position === begin) {
        inserted[row] = 1;
        empty++;
      }
      const members = rows.subarray(begin, position);
      first[row] = members[0] ?? (rows[begin - 1] as number);
      last[row] = members.at(-1) ?? (rows[begin - 1] as number);
      for (const member of members.subarray(1)) {
        log.add('put together with another row of the same period (data.resample)', member);
      }
    }
  }
  offsets[count] = rows.length;
  return { members: rows, offsets, times, trace: { first, last, inserted }, inserted: empty };
}

function usualRule(column: Column, config: ColumnConfig | undefined): Aggregate {
  const number = column.type === 'number' || column.type === 'integer';
  return number && (config === undefined || config.encoding === 'numeric') ? 'mean' : 'last';
}

/** @param repeated an empty period has what the period before had. */
function aggregateColumn(column: Column, rule: Aggregate, groups: Groups, repeated: boolean): Column {
  const { members, offsets, times } = groups;
  const count = times.length;
  if (rule === 'count') {
    const values = new Float64Array(count);
    for (let row = 0; row < count; row++) {
      for (let i = offsets[row] as number; i < (offsets[row + 1] as number); i++) {
        if (cellText(column, members[i] as number) !== null) values[row] = (values[row] as number) + 1;
      }
    }
    return { name: column.name, type: 'integer', values };
  }
  if (column.type === 'text') {
    if (rule !== 'first' && rule !== 'last') throw noSuchRule(column.name, rule);
    const codes = new Int32Array(count);
    for (let row = 0; row < count; row++) {
      const code = edge(members, offsets, row, rule, (member) => column.codes[member] !== -1);
      codes[row] = code < 0 ? (repeated ? (codes[row - 1] ?? -1) : -1) : (column.codes[code] as number);
    }
    return { ...column, codes };
  }
  const values = new Float64Array(count);
  for (let row = 0; row < count; row++) {
    const value = combine(column.values, members, offsets, row, rule);
    values[row] = Number.isNaN(value) && repeated ? (values[row - 1] ?? Number.NaN) : value;
  }
  if (column.type === 'time') return { ...column, values };
  return { name: column.name, type: rule === 'mean' ? 'number' : column.type, values };
}

/** The first or last member of a row that holds something, or -1. */
function edge(
  members: Int32Array,
  offsets: Int32Array,
  row: number,
  rule: 'first' | 'last',
  holds: (member: number) => boolean,
): number {
  const from = offsets[row] as number;
  const to = offsets[row + 1] as number;
  for (let k = 0; k < to - from; k++) {
    const member = members[rule === 'first' ? from + k : to - 1 - k] as number;
    if (holds(member)) return member;
  }
  return -1;
}

function combine(
  values: Float64Array,
  members: Int32Array,
  offsets: Int32Array,
  row: number,
  rule: Exclude<Aggregate, 'count'>,
): number {
  if (rule === 'first' || rule === 'last') {
    const member = edge(members, offsets, row, rule, (candidate) => !Number.isNaN(values[candidate]));
    return member < 0 ? Number.NaN : (values[member] as number);
  }
  let result = Number.NaN;
  let known = 0;
  for (let i = offsets[row] as number; i < (offsets[row + 1] as number); i++) {
    const value = values[members[i] as number] as number;
    if (Number.isNaN(value)) continue;
    known++;
    if (known === 1) result = value;
    else if (rule === 'min') result = Math.min(result, value);
    else if (rule === 'max') result = Math.max(result, value);
    else result += value;
  }
  return rule === 'mean' ? result / known : result;
}

function noSuchRule(column: string, rule: Aggregate): WorkbenchError {
  return new WorkbenchError('config/impossible', `Column "${column}" holds text, which has no ${rule}`, {
    where: 'data.columns: aggregate',
    hint: 'Use "first", "last" or "count".',
  });
}

function formatFor(time: TimeColumn, { unit }: Resampling): TimeColumn['format'] {
  const clock = unit === 'second' || unit === 'minute' || unit === 'hour';
  return time.format === 'date' && clock ? 'datetime' : time.format;
}

/** The first periods that no row fell into, for a person. */
export function gapSentence({ table, inserted }: Resampled, time: string): string | null {
  if (inserted === 0) return null;
  const column = table.columns.find(({ name }) => name === time);
  const first = table.trace.inserted.indexOf(1);
  const at =
    column?.type === 'time' ? ` (first: ${formatTime(column.values[first] as number, column.format)})` : '';
  return `${inserted} of ${table.rowCount} periods have no rows${at}; data.missing says what they hold.`;
}
