import { WorkbenchError } from '../base/errors.ts';
import type { Experiment } from '../contract/experiment.ts';
import { type Arrangement, arrange, readNumbers } from './arrange.ts';
import { balanceSamples } from './balance-samples.ts';
import { categoriesOf } from './categories.ts';
import { rowsNeeded, type SampleList } from './cut-samples.ts';
import { cutParts, type LeftOut } from './deal-samples.ts';
import { encodeTargets, numbersOf } from './encode.ts';
import type { Range } from './fill-missing.ts';
import { findLeaks } from './find-leaks.ts';
import { fitInputs, fitTarget } from './fit-columns.ts';
import type { InputColumn, Preparation } from './preparation.ts';
import { rowsLookedBack } from './require-sensible.ts';
import { gapOf, type Part, parts } from './segments.ts';
import { labelCounts, partSummary, rowsOfSamples, sampleRanges, trainingRanges } from './summarize.ts';
import { findColumn, type Table } from './table.ts';
import { documentCounts, fitText, type TextResources, textWarnings } from './text/view.ts';
import { outputKindOf, stateColumnNames } from './used-columns.ts';

/**
 * Learns from the training part of a table how to turn its columns into model inputs and targets.
 * @param resources files beside the table that the experiment names.
 * @throws WorkbenchError with code data/* or config/impossible, naming the row and the column.
 */
export function fitPreparation(
  experiment: Experiment,
  table: Table,
  resources: TextResources = {},
): Preparation {
  const fitted = fitText(experiment, table, resources);
  if (fitted === null) return fitTable(experiment, table);
  const { view, text } = fitted;
  const tokens = fitTable(view.experiment, view.table);
  const preparation: Preparation = {
    ...tokens,
    columns: columnTypesOf({ experiment, source: table }),
    text,
    warnings: [...textWarnings(text, experiment), ...tokens.warnings],
  };
  if (view.documents === null) return preparation;
  const { rows } = view.documents;
  const part = (name: Part) => ({ ...tokens.split[name], rows: rows[name].length, from: null, to: null });
  return {
    ...preparation,
    rows: documentCounts(view, table),
    split: { train: part('train'), validation: part('validation'), test: part('test') },
  };
}

function fitTable(experiment: Experiment, table: Table): Preparation {
  const arrangement = arrange(experiment, table);
  const outputKind = outputKindOf(experiment, arrangement.used.targets);
  const { lists, leftOut } = cutParts(arrangement);
  if (lists.train.count === 0) throw tooShort(arrangement);
  const training = trainingRanges(arrangement, lists.train);
  const samples = { ...lists, train: balanceSamples(arrangement, lists.train) };
  const warnings: string[] = [...arrangement.warnings];
  const inputs = fitInputs(arrangement, training, warnings);
  const targets = arrangement.used.targets.map((target) =>
    fitTarget(arrangement, target, training, outputKind),
  );
  const [label] = arrangement.used.targets;
  const classes =
    outputKind === 'labels' && label !== undefined
      ? categoriesOf(label.column, arrangement.ordered.rows, [
          { start: 0, end: arrangement.ordered.rows.length },
        ])
      : [];
  const rows = rowsOfSamples(
    arrangement,
    [samples.train, samples.validation, samples.test],
    experiment.data.sampling === 'under' ? [...leftOut, ...unsampledRows(experiment, lists.train)] : leftOut,
  );
  const unbalanced: Preparation = {
    version: 1,
    task: experiment.task,
    window: experiment.data.window,
    horizon: experiment.data.horizon,
    columns: columnTypesOf(arrangement),
    inputs,
    stateColumns: stateColumnNames(experiment),
    targets,
    outputKind,
    classes,
    balancedClassWeights: null,
    text: null,
    rows: {
      read: table.rowCount,
      used: table.rowCount - arrangement.log.total,
      dropped: arrangement.log.summary(),
    },
    split: {
      train: partSummary(arrangement, samples.train, rows.train),
      validation: partSummary(arrangement, samples.validation, rows.validation),
      test: partSummary(arrangement, samples.test, rows.test),
    },
    leakage: [],
    warnings: [],
  };
  const balancedClassWeights =
    outputKind === 'labels' ? balance(arrangement, unbalanced, samples.train, warnings) : null;
  warnings.push(...constantInputs(inputs, arrangement, training));
  warnings.push(...emptyParts(arrangement, samples));
  const leakage = findLeaks(arrangement, unbalanced, lists, training);
  warnings.push(...leakage.filter(({ found }) => found).map(({ detail }) => detail));
  return { ...unbalanced, balancedClassWeights, leakage, warnings };
}

function unsampledRows(experiment: Experiment, train: SampleList): LeftOut[] {
  const reason = 'only in samples that data.sampling leaves out';
  return sampleRanges(experiment, train).map((range) => ({ ...range, reason }));
}

function columnTypesOf({
  experiment,
  source,
}: Pick<Arrangement, 'experiment' | 'source'>): Preparation['columns'] {
  const named = new Set(
    experiment.data.columns.filter(({ role }) => role !== 'ignore').map(({ name }) => name),
  );
  for (const name of stateColumnNames(experiment)) named.add(name);
  return source.columns
    .filter(({ name }) => named.has(name))
    .map((column) => ({
      name: column.name,
      type: column.type,
      format: column.type === 'time' ? column.format : null,
      pattern: column.type === 'time' ? column.pattern : null,
    }));
}

/** n / (classes * count) over the training labels; 1 for a class that does not occur there. */
function balance(
  arrangement: Arrangement,
  preparation: Preparation,
  samples: SampleList,
  warnings: string[],
): number[] {
  const counts = labelCounts(
    arrangement,
    encodeTargets(arrangement, preparation, []),
    samples,
    preparation.classes.length,
  );
  const total = counts.reduce((sum, count) => sum + count, 0);
  const absent = preparation.classes.filter((_, i) => counts[i] === 0);
  if (absent.length > 0) {
    warnings.push(
      `${absent
        .slice(0, 5)
        .map((name) => `"${name}"`)
        .join(
          ', ',
        )}: no training sample has ${absent.length === 1 ? 'this class' : 'these classes'}, so the model cannot learn ${absent.length === 1 ? 'it' : 'them'}.`,
    );
  }
  return counts.map((count) => (count === 0 ? 1 : total / (counts.length * count)));
}

function constantInputs(
  inputs: readonly InputColumn[],
  arrangement: Arrangement,
  training: readonly Range[],
): string[] {
  const constant = inputs.filter((input) => {
    if (input.encoding === 'oneHot' || input.encoding === 'embedding') return input.categories.length < 2;
    if (input.encoding === 'missing' || input.encoding === 'calendar' || input.encoding === 'hash')
      return false;
    if (input.encoding !== 'binary') return !varies(numbersOf(input, arrangement), training);
    const { values } = readNumbers(arrangement, findColumn(arrangement.table, input.column), input.texts, 0);
    return !varies(values, training);
  });
  const columns = [...new Set(constant.map(({ column }) => column))];
  if (columns.length === 0) return [];
  const names = columns.slice(0, 5).map((column) => `"${column}"`);
  const more = columns.length > names.length ? ` and ${columns.length - names.length} more` : '';
  return [
    `${names.join(', ')}${more}: constant in the training part, so the model learns nothing from ${columns.length === 1 ? 'it' : 'them'}.`,
  ];
}

function varies(values: Float64Array, ranges: readonly Range[]): boolean {
  let first = Number.NaN;
  for (const { start, end } of ranges) {
    for (let i = start; i < end; i++) {
      const value = values[i] as number;
      if (Number.isNaN(first)) first = value;
      else if (value !== first && !Number.isNaN(value)) return true;
    }
  }
  return false;
}

/** Parts that were asked for and got no sample. */
function emptyParts({ experiment }: Arrangement, samples: Record<Part, SampleList>): string[] {
  const { split } = experiment.data;
  const wanted = (part: Part): boolean => {
    if (split.kind === 'column') return split[part].length > 0;
    if (split.kind === 'rollingOrigin') return part === 'test' || split.validation > 0;
    return part === 'test' ? split.train + split.validation < 1 - 1e-9 : split[part] > 0;
  };
  const without = {
    train: '',
    validation: 'early stopping and the choice of the best epoch have nothing to go by',
    test: 'nothing tells how good the model is on unseen data',
  };
  return parts
    .filter((part) => part !== 'train' && wanted(part) && samples[part].count === 0)
    .map((part) => `The ${part} part has no samples: ${without[part]}.`);
}

function tooShort({ experiment, table, segments }: Arrangement): WorkbenchError {
  const need = rowsNeeded(experiment);
  const train = segments.filter(({ part }) => part === 'train' || part === null);
  const longest = train.reduce((most, { start, end }) => Math.max(most, end - start), 0);
  const { sequence, window, horizon, split } = experiment.data;
  const what =
    sequence === 'window' && experiment.task === 'forecast'
      ? `a window of ${window} and a horizon of ${horizon}`
      : sequence === 'window'
        ? `a window of ${window}`
        : 'a sequence';
  const gap = gapOf(experiment);
  const back = rowsLookedBack(experiment.data.columns);
  const lost = [
    ...(gap === 0 ? [] : [`${gap} rows are left out between two parts`]),
    ...(back === 0 ? [] : [`the first ${back} of a series are only looked back at`]),
  ];
  return new WorkbenchError(
    'data/too-short',
    longest < need
      ? `There is not one training sample: ${what} needs ${need} consecutive ${need === 1 ? 'row' : 'rows'}, and the longest training part of a series has ${longest}${lost.length === 0 ? '' : `, as ${lost.join(' and ')}`}`
      : 'There is not one training sample: no series fell to the training part',
    {
      where: `${table.name}, ${table.rowCount} ${table.rowCount === 1 ? 'row' : 'rows'}`,
      hint:
        sequence === 'window' && longest < need
          ? `Make data.window smaller${split.kind === 'time' && split.gap === null ? ', set data.split.gap' : ''}, or use more rows.`
          : 'Change data.split, or use more rows.',
      data: { need, longest },
    },
  );
}
