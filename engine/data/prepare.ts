import { WorkbenchError } from '../base/errors.ts';
import type { Experiment } from '../contract/experiment.ts';
import { arrange } from './arrange.ts';
import { cutForPrediction, cutParts, rowsNeeded } from './cut-samples.ts';
import { encodeInputs, encodeTargets, requireColumns } from './encode.ts';
import { type CreateRows, createMemoryRows } from './encoded-rows.ts';
import { layoutsOf } from './layouts.ts';
import type { Preparation } from './preparation.ts';
import type { InputLayout, OutputLayout, PreparedData, SampleSet } from './prepared.ts';
import { lookAhead } from './segments.ts';
import type { Table } from './table.ts';
import { DocumentSamples } from './text/document-samples.ts';
import { viewText } from './text/view.ts';
import { type SampleSource, WindowSamples } from './window-samples.ts';

export { feedbackInputs, layoutsOf } from './layouts.ts';

/** A file to predict on, as samples: targets may be absent (weight 0). */
export interface PreparedInputs {
  readonly inputs: InputLayout;
  readonly outputs: OutputLayout;
  readonly samples: SampleSet;
  /** 1-based row of the file at a timestep of a sample; 0 for a row of zeros before the first. */
  rowAt(sample: number, timestep: number): number;
  readonly warnings: readonly string[];
}

/**
 * Assembles the training, validation and test samples of the table that the preparation was fitted on.
 * @param createRows where the encoded rows lie; in memory by default.
 */
export function prepareData(
  experiment: Experiment,
  table: Table,
  preparation: Preparation,
  createRows: CreateRows = createMemoryRows,
): PreparedData {
  const view = viewText(experiment, table, preparation.text, false);
  if (view === null) return prepareTable(experiment, table, preparation, createRows);
  const tokens = prepareTable(view.experiment, view.table, withoutText(preparation), createRows);
  const of = (set: SampleSet): SampleSet => new DocumentSamples(set, view.rowOf);
  return { ...tokens, train: of(tokens.train), validation: of(tokens.validation), test: of(tokens.test) };
}

/** The types of the columns of a table of texts are not those of the table of its tokens. */
function withoutText(preparation: Preparation): Preparation {
  return { ...preparation, text: null, columns: [] };
}

function prepareTable(
  experiment: Experiment,
  table: Table,
  preparation: Preparation,
  createRows: CreateRows,
): PreparedData {
  const arrangement = arrange(experiment, table);
  requireColumns(arrangement, preparation);
  const source: SampleSource = {
    experiment,
    ordered: arrangement.ordered,
    time: arrangement.used.time,
    inputs: encodeInputs(arrangement, preparation, createRows),
    targets: encodeTargets(arrangement, preparation, createRows),
    targetColumns: preparation.targets,
  };
  const { train, validation, test } = cutParts(experiment, arrangement.segments);
  return {
    ...layoutsOf(preparation),
    train: new WindowSamples(source, train),
    validation: new WindowSamples(source, validation),
    test: new WindowSamples(source, test),
    balancedClassWeights: preparation.balancedClassWeights,
  };
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
  const view = viewText(experiment, table, preparation.text, true);
  if (view === null) return prepareRows(experiment, table, preparation);
  const tokens = prepareRows(view.experiment, view.table, withoutText(preparation));
  const samples = new DocumentSamples(tokens.samples, view.rowOf);
  return { ...tokens, samples, rowAt: (sample, timestep) => samples.rowAt(sample, timestep) };
}

function prepareRows(experiment: Experiment, table: Table, preparation: Preparation): PreparedInputs {
  const arrangement = arrange(experiment, table, true);
  requireColumns(arrangement, preparation);
  const inputs = encodeInputs(arrangement, preparation);
  const list = cutForPrediction(experiment, arrangement.segments);
  if (list.count === 0) {
    const need = rowsNeeded(experiment) - lookAhead(experiment);
    throw new WorkbenchError('data/too-short', `There is nothing to predict: no series has ${need} rows`, {
      where: `${table.name}, ${table.rowCount} ${table.rowCount === 1 ? 'row' : 'rows'}`,
      hint: 'Give at least as many rows as the window of the model is long.',
      data: { need },
    });
  }
  const samples = new WindowSamples(
    {
      experiment,
      ordered: arrangement.ordered,
      time: arrangement.used.time,
      inputs,
      targets: encodeTargets(arrangement, preparation),
      targetColumns: preparation.targets,
    },
    list,
  );
  const seen = new Set(list.series).size;
  const short = arrangement.ordered.series.length - seen;
  const dropped = arrangement.log
    .summary()
    .map(({ reason, count }) => `${count} ${count === 1 ? 'row is' : 'rows are'} left out: ${reason}.`);
  return {
    ...layoutsOf(preparation),
    samples,
    rowAt: (sample, timestep) => samples.rowAt(sample, timestep),
    warnings: [
      ...inputs.warnings,
      ...dropped,
      ...(short > 0 ? [`${short} series are shorter than the window and get no prediction.`] : []),
    ],
  };
}
