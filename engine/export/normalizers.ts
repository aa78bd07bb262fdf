import type { InputColumn, Normalizer, Preparation, Statistics } from '../data/preparation.ts';
import { unsupported } from './source.ts';

const unchanged: Normalizer = { offset: 0, scale: 1 };

/**
 * How each numeric input of the model is made of its column, in their order: (value - offset) / scale.
 * Throws `export/unsupported` where every series has its own numbers, which a graph of one series cannot choose.
 */
export function featureNormalizers({ inputs }: Preparation): Normalizer[] {
  return inputs.flatMap(normalizersOf);
}

function normalizersOf(input: InputColumn): Normalizer[] {
  switch (input.encoding) {
    case 'numeric':
      return [globalNormalizer(input.statistics, input.column)];
    case 'binary':
      return [unchanged];
    case 'oneHot':
      return input.categories.map(() => unchanged);
    case 'embedding':
      return [];
  }
}

/** The one normalizer of a column. Throws `export/unsupported` where there are several. */
export function globalNormalizer(statistics: Statistics, column: string): Normalizer {
  if (statistics.series === null) return statistics.global;
  throw unsupported(
    'A file with processing inside',
    'data.perSeries',
    `a normalization of each series of its own (column "${column}")`,
  );
}
