import { WorkbenchError } from '../base/errors.ts';
import type { Experiment } from '../contract/experiment.ts';
import { type Arrangement, arrange } from './arrange.ts';
import { balanceSamples } from './balance-samples.ts';
import { type ClosedLoop, createClosedLoop } from './closed-loop.ts';
import { cutForPrediction, rowsNeeded } from './cut-samples.ts';
import { cutParts } from './deal-samples.ts';
import { encodeInputs, encodeTargets, requireColumns } from './encode.ts';
import { type CreateRows, createMemoryRows } from './encoded-rows.ts';
import { layoutsOf } from './layouts.ts';
import type { Preparation } from './preparation.ts';
import type { InputLayout, OutputLayout, PreparedData, SampleSet } from './prepared.ts';
import { rowsLookedBack } from './require-sensible.ts';
import type { SampleSource } from './sample-source.ts';
import { lookAhead } from './segments.ts';
import { trainingRanges } from './summarize.ts';
import type { Column, Table } from './table.ts';
import { DocumentSamples } from './text/document-samples.ts';
import { viewText } from './text/view.ts';
import { WindowSamples } from './window-samples.ts';

export { layoutsOf } from './layouts.ts';

/** A file to predict on, as samples: targets may be absent (weight 0). */
export interface PreparedInputs {
  readonly inputs: InputLayout;
  readonly outputs: OutputLayout;
  readonly samples: SampleSet;
  /** 1-based row of the file at a timestep of a sample; 0 for a row of zeros before the first. */
  rowAt(sample: number, timestep: number): number;
  readonly warnings: readonly string[];
  /** Lets the model read its own predictions. Throws config/impossible for an input that is unknown in the future. */
  closedLoop(): ClosedLoop;
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
  const { train, validation, test } = cutParts(arrangement).lists;
  const source: SampleSource = {
    experiment,
    ordered: arrangement.ordered,
    time: shownTime(arrangement),
    trace: arrangement.table.trace,
    inputs: encodeInputs(arrangement, preparation, createRows),
    targets: encodeTargets(arrangement, preparation, trainingRanges(arrangement, train), createRows),
    targetColumns: preparation.targets,
  };
  return {
    ...layoutsOf(preparation),
    train: new WindowSamples(source, balanceSamples(arrangement, train)),
    validation: new WindowSamples(source, validation),
    test: new WindowSamples(source, test),
    balancedClassWeights: preparation.balancedClassWeights,
  };
}

/** Times as they stand in the file; of periods, their beginnings. */
function shownTime({ source, table, used }: Arrangement): Column | null {
  if (table.trace !== undefined || used.time === null) return used.time;
  return source.columns.find(({ name }) => name === used.time?.name) ?? null;
}

/**
 * Assembles samples of a new table for prediction.
 * - forecast: the last window of every series; with columns that are known ahead, the last one whose predicted steps
 *   they cover
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
  const list = cutForPrediction(experiment, arrangement.segments, endsOfInputs(arrangement));
  if (list.count === 0) {
    const need =
      rowsNeeded(experiment) -
      (arrangement.future === null ? lookAhead(experiment) : 0) +
      rowsLookedBack(experiment.data.columns);
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
      time: shownTime(arrangement),
      trace: arrangement.table.trace,
      inputs,
      targets: encodeTargets(arrangement, preparation, []),
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
    closedLoop: () => createClosedLoop(arrangement, preparation, list, inputs.features),
    warnings: [
      ...arrangement.warnings,
      ...inputs.warnings,
      ...dropped,
      ...(short > 0 ? [`${short} series are shorter than the window and get no prediction.`] : []),
    ],
  };
}

/**
 * Position after the last input row of each segment. Where columns are known ahead, as many rows as are predicted
 * follow it: those without anything else, or the last ones.
 */
function endsOfInputs({ experiment, source, ordered, segments, future }: Arrangement): number[] {
  if (future === null) return segments.map(({ end }) => end);
  const ahead = lookAhead(experiment);
  return segments.map(({ series, start, end }) => {
    let known = end;
    while (known > start && future[ordered.rows[known - 1] as number] === 1) known--;
    const rows = end - known;
    if (rows > 0 && rows < ahead) {
      const name = ordered.series[series]?.name ?? '';
      const of = name === '' ? '' : ` of series "${name}"`;
      throw new WorkbenchError(
        'data/too-short',
        `${rows} ${rows === 1 ? 'row tells' : 'rows tell'} what is known ahead${of}; ${ahead} are predicted`,
        {
          where: source.name,
          hint: `Give ${ahead} rows after the last known one, with the columns that are known ahead.`,
          data: { need: ahead },
        },
      );
    }
    return Math.min(known, end - ahead);
  });
}
