import { inputNames } from '../data/input-names.ts';
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
    case 'lag':
    case 'rolling':
      return [globalNormalizer(input.statistics, input.column)];
    case 'binary':
      return [unchanged];
    case 'missing':
      return [unchanged];
    case 'oneHot':
    case 'calendar':
      return inputNames(input).map(() => unchanged);
    case 'embedding':
    case 'hash':
      return [];
  }
}

/** The one normalizer of a column. Throws `export/unsupported` where there are several. */
export function globalNormalizer(statistics: Statistics, column: string): Normalizer {
  const step =
    statistics.power !== null
      ? 'transform'
      : statistics.difference > 0
        ? 'difference'
        : statistics.clip !== null
          ? 'clip'
          : null;
  if (step !== null) {
    throw unsupported(
      'A file with processing inside',
      `data.columns: "${step}" of "${column}"`,
      'a column that is changed before it is normalized',
    );
  }
  if (statistics.series === null) return statistics.global;
  throw unsupported(
    'A file with processing inside',
    'data.perSeries',
    `a normalization of each series of its own (column "${column}")`,
  );
}
