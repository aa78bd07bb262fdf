import { calendarNames } from './calendar.ts';
import type { InputColumn } from './preparation.ts';

/** Names of the numeric inputs that an input column becomes, in order; none for an embedding. */
export function inputNames(input: InputColumn): string[] {
  const { column } = input;
  switch (input.encoding) {
    case 'numeric':
    case 'binary':
      return [`${column}${aheadOf(input)}`];
    case 'oneHot':
      return input.categories.map((category) => `${column}${aheadOf(input)}=${category}`);
    case 'lag':
      return [`${column}-${input.rows}`];
    case 'rolling':
      return [`${column} ${input.statistic} of ${input.rows}`];
    case 'missing':
      return [`${column}${aheadOf(input)} missing`];
    case 'calendar':
      return calendarNames(column, input.part, input.form);
    case 'embedding':
    case 'hash':
      return [];
  }
}

/** The embedding that an input column reads; null where it is a number. */
export function inputToken(input: InputColumn): { name: string; entries: number } | null {
  if (input.encoding === 'hash') {
    return { name: `${input.column}${aheadOf(input)}`, entries: input.buckets + 1 };
  }
  if (input.encoding !== 'embedding') return null;
  return { name: `${input.column}${aheadOf(input)}`, entries: input.categories.length + 1 };
}

/** "+3" for a value three rows ahead. */
function aheadOf({ ahead }: { readonly ahead: number }): string {
  return ahead === 0 ? '' : `+${ahead}`;
}
