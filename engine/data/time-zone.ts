import { WorkbenchError } from '../base/errors.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

/** Turns instants (UTC) into what a clock on the wall of a time zone shows, and back. Milliseconds since 1970. */
export interface TimeZone {
  /** The wall clock as if it were UTC. */
  wall(instant: number): number;
  /** The instant of a wall clock: the earlier one where a clock is set back, the one after where it is set forward. */
  instant(wall: number): number;
}

/** Without a zone times are taken as they are written. */
export const noZone: TimeZone = { wall: (instant) => instant, instant: (wall) => wall };

/**
 * @param name of the IANA database: "Europe/Berlin".
 * @throws config/invalid for a name that is not known.
 */
export function timeZone(name: string): TimeZone {
  const format = formatOf(name);
  const days = new Map<number, number | null>();
  const exact = (instant: number): number => {
    const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
    const shown = Date.UTC(
      part('year'),
      part('month') - 1,
      part('day'),
      part('hour'),
      part('minute'),
      part('second'),
    );
    return shown - Math.floor(instant / 1000) * 1000;
  };
  // Clocks change on few days; on all others one look-up serves.
  const offset = (instant: number): number => {
    const number = Math.floor(instant / day);
    let known = days.get(number);
    if (known === undefined) {
      const first = exact(number * day);
      known = first === exact((number + 1) * day) ? first : null;
      days.set(number, known);
    }
    return known ?? exact(instant);
  };
  return {
    wall: (instant) => (Number.isNaN(instant) ? instant : instant + offset(instant)),
    instant: (wall) => {
      if (Number.isNaN(wall)) return wall;
      const before = offset(wall - day);
      const after = offset(wall + day);
      // With the offset of the day before, an hour that occurs twice is the earlier one.
      const early = wall - before;
      if (offset(early) === before) return early;
      const late = wall - after;
      if (offset(late) === after) return late;
      // An hour that is skipped: the moment of the change.
      return changeBetween(offset, late, early);
    },
  };
}

/** The first instant in (from, to] with the offset of `to`. */
function changeBetween(offset: (instant: number) => number, from: number, to: number): number {
  let low = Math.min(from, to);
  let high = Math.max(from, to);
  const wanted = offset(high);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offset(middle) === wanted) high = middle;
    else low = middle;
  }
  return high;
}

function formatOf(name: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new WorkbenchError('config/invalid', `"${name}" is no time zone`, {
      where: 'data.columns: timeZone',
      hint: 'Write it as in the IANA database: "Europe/Berlin", "America/New_York", "UTC".',
      cause: error,
    });
  }
}
