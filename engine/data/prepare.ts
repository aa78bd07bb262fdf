import { WorkbenchError } from '../base/errors.ts';
import type { Experiment } from '../contract/experiment.ts';
import type { Preparation } from './preparation.ts';
import type { InputLayout, OutputLayout, PreparedData, SampleSet } from './prepared.ts';
import type { Table } from './table.ts';

/** A file to predict on, as samples: targets may be absent (weight 0), every series gives at least one sample. */
export interface PreparedInputs {
  readonly inputs: InputLayout;
  readonly outputs: OutputLayout;
  readonly samples: SampleSet;
  readonly warnings: readonly string[];
}

/** Assembles the training, validation and test samples of the table that the preparation was fitted on. */
export function prepareData(experiment: Experiment, table: Table, preparation: Preparation): PreparedData {
  throw new WorkbenchError('internal', `${experiment.name} ${table.name} ${preparation.task}`);
}

/**
 * Assembles samples of a new table for prediction.
 * - forecast: the last window of every series
 * - classify, regress: every window (stride as set), or every whole series
 * - tag, next: every row once: consecutive windows with a shorter last one, or every whole series
 */
export function prepareInputs(
  experiment: Experiment,
  table: Table,
  preparation: Preparation,
): PreparedInputs {
  throw new WorkbenchError('internal', `${experiment.name} ${table.name} ${preparation.task}`);
}

/** Input and output widths alone, without a table: for building a model from a stored run. */
export function layoutsOf(preparation: Preparation): {
  readonly inputs: InputLayout;
  readonly outputs: OutputLayout;
} {
  throw new WorkbenchError('internal', preparation.task);
}

/**
 * For a closed-loop forecast: for each column among the targets the index of the numeric input that its prediction
 * becomes at the next step; null where some target is no input or some input is not predicted.
 */
export function feedbackInputs(preparation: Preparation): readonly number[] | null {
  throw new WorkbenchError('internal', preparation.task);
}
