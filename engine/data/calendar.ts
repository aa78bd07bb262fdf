import type { CalendarPart } from '../contract/columns.ts';

const day = 24 * 60 * 60 * 1000;

/** Values that a part of the time takes, from 0: hours, weekdays from Monday, days and months from the first. */
const periods: Readonly<Record<CalendarPart, number>> = {
  hour: 24,
  weekday: 7,
  dayOfMonth: 31,
  dayOfYear: 366,
  month: 12,
  weekend: 2,
};

/** @param wall milliseconds of the wall clock, as if it were UTC. @returns a whole number from 0. */
function calendarValue(part: CalendarPart, wall: number): number {
  const date = new Date(wall);
  switch (part) {
    case 'hour':
      return date.getUTCHours();
    case 'weekday':
      return (date.getUTCDay() + 6) % 7;
    case 'dayOfMonth':
      return date.getUTCDate() - 1;
    case 'dayOfYear':
      return Math.floor((wall - Date.UTC(date.getUTCFullYear(), 0, 1)) / day);
    case 'month':
      return date.getUTCMonth();
    case 'weekend':
      return date.getUTCDay() % 6 === 0 ? 1 : 0;
  }
}

type Form = 'cycle' | 'oneHot';

/** Names of the inputs that a part of the time becomes. */
export function calendarNames(column: string, part: CalendarPart, form: Form): string[] {
  if (part === 'weekend') return [`${column} weekend`];
  if (form === 'cycle') return [`${column} ${part} sin`, `${column} ${part} cos`];
  const first = part === 'hour' ? 0 : 1;
  return Array.from({ length: periods[part] }, (_, value) => `${column} ${part}=${value + first}`);
}

/**
 * The inputs that times become, one array each: sine and cosine of 2 pi value / period, or a one among zeros.
 * @param walls [rows] wall clocks in milliseconds, as if they were UTC; NaN makes zeros.
 */
export function calendarInputs(part: CalendarPart, form: Form, walls: Float64Array): Float32Array[] {
  const values = Array.from(walls, (wall) => (Number.isNaN(wall) ? -1 : calendarValue(part, wall)));
  const map = (input: (value: number) => number): Float32Array =>
    Float32Array.from(values, (value) => (value < 0 ? 0 : input(value)));
  if (part === 'weekend') return [map((value) => value)];
  if (form === 'oneHot') {
    return Array.from({ length: periods[part] }, (_, i) => map((value) => (value === i ? 1 : 0)));
  }
  const angle = (2 * Math.PI) / periods[part];
  return [map((value) => Math.sin(angle * value)), map((value) => Math.cos(angle * value))];
}
