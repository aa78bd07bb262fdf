/** One column of parallel coordinates: a hyperparameter or a result. */
export type ParallelAxis =
  | {
      readonly kind: 'number';
      readonly name: string;
      readonly low: number;
      readonly high: number;
      readonly log: boolean;
    }
  | { readonly kind: 'choice'; readonly name: string; readonly values: readonly string[] };

/** Numbers that span more than this factor are put on a logarithmic axis. */
const logarithmicFrom = 50;

/** The axis for the values that runs have; null when all runs have the same. */
export function axisOf(name: string, values: readonly unknown[]): ParallelAxis | null {
  const present = values.filter((value) => value !== undefined && value !== null);
  const numbers = present.filter(
    (value): value is number => typeof value === 'number' && Number.isFinite(value),
  );
  if (numbers.length === present.length && numbers.length > 0) {
    const low = Math.min(...numbers);
    const high = Math.max(...numbers);
    return low === high
      ? null
      : { kind: 'number', name, low, high, log: low > 0 && high / low > logarithmicFrom };
  }
  const texts = [...new Set(present.map(textOf))].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  return texts.length < 2 ? null : { kind: 'choice', name, values: texts };
}

/** Where a value lies on its axis: 0 at the bottom, 1 at the top; null where it has no place. */
export function placeOn(axis: ParallelAxis, value: unknown): number | null {
  if (value === undefined || value === null) return null;
  if (axis.kind === 'choice') {
    const index = axis.values.indexOf(textOf(value));
    return index < 0 ? null : (index + 0.5) / axis.values.length;
  }
  if (typeof value !== 'number' || !Number.isFinite(value)) return null;
  if (axis.log && value <= 0) return null;
  const scaled = axis.log ? Math.log : (number: number) => number;
  return (scaled(value) - scaled(axis.low)) / (scaled(axis.high) - scaled(axis.low));
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
