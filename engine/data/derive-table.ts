import { WorkbenchError } from '../base/errors.ts';
import type { ColumnConfig, DataConfig } from '../contract/data.ts';
import type { DropLog } from './drop-log.ts';
import { timePattern, writeTime } from './parse-time.ts';
import { gapSentence, resample } from './resample.ts';
import { fillStatic } from './static.ts';
import { cellText, type Column, formatTime, type Table, type TimeColumn } from './table.ts';
import { noZone, type TimeZone, timeZone } from './time-zone.ts';

/** A table as the preparation works on it, made of that of the file before anything else. */
export interface DerivedTable {
  readonly table: Table;
  readonly zone: TimeZone;
  readonly warnings: readonly string[];
}

/**
 * Reads times as the configuration says, repeats static values over their series and puts rows together by time.
 * The table itself where none of this is asked for.
 */
export function deriveTable(table: Table, data: DataConfig, log: DropLog): DerivedTable {
  const time = data.columns.find(({ role }) => role === 'time');
  const { columns, zone } = readTimes(table, time);
  const timed = columns === table.columns ? table : { ...table, columns };
  const filled = fillStatic(timed, data);
  if (data.resample === null) return { table: filled, zone, warnings: [] };
  const resampled = resample(filled, data, data.resample, zone, log);
  log.follow(resampled.table.trace);
  const gaps = gapSentence(resampled, time?.name ?? '');
  return { table: resampled.table, zone, warnings: gaps === null ? [] : [gaps] };
}

function readTimes(
  table: Table,
  config: ColumnConfig | undefined,
): { columns: readonly Column[]; zone: TimeZone } {
  const zone = config?.timeZone === undefined ? noZone : timeZone(config.timeZone);
  const column = table.columns.find(({ name }) => name === config?.name);
  if (config === undefined || column === undefined) return { columns: table.columns, zone };
  const read = config.timeFormat === undefined ? column : readByPattern(table, column, config.timeFormat);
  const local = read.type === 'time' && read.format !== 'zoned' && zone !== noZone;
  const placed = local
    ? { ...read, values: read.values.map((wall) => zone.instant(wall)), format: 'zoned' as const }
    : read;
  if (placed === column) return { columns: table.columns, zone };
  return { columns: table.columns.map((other) => (other === column ? placed : other)), zone };
}

function readByPattern(table: Table, column: Column, pattern: string): TimeColumn {
  const reader = timePattern(pattern);
  if (reader === null) {
    throw new WorkbenchError('config/invalid', `"${pattern}" is no pattern of times`, {
      where: `data.columns: timeFormat of "${column.name}"`,
      hint: 'Write it with %Y, %y, %m, %d, %j, %b, %B, %H, %I, %p, %M, %S, %f and %z, or "unix" or "unixMilliseconds".',
    });
  }
  const values = new Float64Array(table.rowCount);
  for (let row = 0; row < table.rowCount; row++) {
    const text = writtenText(column, row);
    values[row] = text === null ? Number.NaN : reader.parse(text);
    if (text === null || !Number.isNaN(values[row])) continue;
    throw new WorkbenchError('data/bad-time', `"${text}" is no time written as "${pattern}"`, {
      where: `${table.name}, row ${row + 1}, column "${column.name}"`,
      hint: 'Correct the cell, or the timeFormat of the column.',
      data: { row: row + 1, column: column.name },
    });
  }
  const format = reader.zoned ? 'zoned' : reader.clock ? 'datetime' : 'date';
  return { name: column.name, type: 'time', values, format, pattern: null };
}

/** The cell as the file wrote it, as far as its type tells. */
function writtenText(column: Column, row: number): string | null {
  if (column.type !== 'time') return cellText(column, row);
  const value = column.values[row] as number;
  if (Number.isNaN(value)) return null;
  return column.pattern === null ? formatTime(value, column.format) : writeTime(column.pattern, value);
}
