import { WorkbenchError } from '../base/errors.ts';
import type { SplitConfig } from '../contract/data.ts';
import type { Experiment } from '../contract/experiment.ts';

type RollingOrigin = Extract<SplitConfig, { kind: 'rollingOrigin' }>;

/** Rows of a series by part, each [from, to), counted from the first row of the series. */
export interface Fold {
  readonly train: readonly [number, number];
  readonly validation: readonly [number, number];
  readonly test: readonly [number, number];
}

/**
 * The rows of one fold of a series of `count` rows (scikit-learn TimeSeriesSplit): the test part of fold i of k has
 * floor(count / (k + 1)) rows and ends k - i such parts before the end; rows before it, less the gap, train. Of those
 * the last floor(m * validation) validate, where m leaves out another gap.
 */
export function foldOf(count: number, split: RollingOrigin, gap: number): Fold {
  const fold = split.fold ?? split.folds;
  const size = Math.floor(count / (split.folds + 1));
  const from = count - (split.folds - fold + 1) * size;
  const end = Math.max(0, from - gap);
  const begin = split.trainingRows === null ? 0 : Math.max(0, end - split.trainingRows);
  const test = [from, from + size] as const;
  if (split.validation === 0) return { train: [begin, end], validation: [end, end], test };
  const usable = Math.max(0, end - begin - gap);
  const validating = Math.floor(usable * split.validation + 1e-9);
  return { train: [begin, begin + usable - validating], validation: [end - validating, end], test };
}

/**
 * One experiment for each fold of a rolling-origin split, the earliest first.
 * @throws config/impossible for another kind of split.
 */
export function foldsOf(experiment: Experiment): Experiment[] {
  const { split } = experiment.data;
  if (split.kind !== 'rollingOrigin') {
    throw new WorkbenchError('config/impossible', `A split of the kind "${split.kind}" has no folds`, {
      where: 'data.split.kind',
      hint: 'Set data.split.kind to "rollingOrigin".',
    });
  }
  return Array.from({ length: split.folds }, (_, index) => ({
    ...experiment,
    data: { ...experiment.data, split: { ...split, fold: index + 1 } },
  }));
}
