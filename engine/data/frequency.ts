const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const calendar: readonly { readonly name: string; readonly shortest: number; readonly longest: number }[] = [
  { name: 'monthly', shortest: 28 * day, longest: 31 * day },
  { name: 'quarterly', shortest: 89 * day, longest: 92 * day },
  { name: 'yearly', shortest: 365 * day, longest: 366 * day },
];

const regular: readonly { readonly name: string; readonly length: number }[] = [
  { name: 'every second', length: second },
  { name: 'every minute', length: minute },
  { name: 'hourly', length: hour },
  { name: 'daily', length: day },
  { name: 'weekly', length: 7 * day },
];

export interface StepProfile {
  readonly step: number | null;
  readonly frequency: string | null;
  readonly gaps: number;
}

/**
 * The most frequent distance between neighboring times, what a person calls it, and how often it is exceeded.
 * @param distances how often each distance occurs. @param time milliseconds; otherwise numbers of unknown unit.
 */
export function nameOfStep(
  distances: ReadonlyMap<number, number>,
  time: boolean,
  column: string,
): StepProfile {
  const sorted = [...distances].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  const step = sorted[0]?.[0] ?? null;
  if (step === null) return { step: null, frequency: null, gaps: 0 };
  const period = time
    ? calendar.find(({ shortest, longest }) => step >= shortest && step <= longest)
    : undefined;
  const longest = period?.longest ?? step * 1.5;
  const gaps = sorted.reduce((sum, [distance, count]) => (distance > longest ? sum + count : sum), 0);
  if (period !== undefined) return { step, frequency: period.name, gaps };
  if (!time) return { step, frequency: /^year$/i.test(column) && step === 1 ? 'yearly' : null, gaps };
  return { step, frequency: regular.find(({ length }) => length === step)?.name ?? multiple(step), gaps };
}

function multiple(step: number): string | null {
  for (const [length, name] of [
    [day, 'days'],
    [hour, 'hours'],
    [minute, 'minutes'],
    [second, 'seconds'],
  ] as const) {
    if (step % length === 0) return `every ${step / length} ${name}`;
  }
  return null;
}
