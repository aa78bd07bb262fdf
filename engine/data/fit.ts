import { WorkbenchError } from '../base/errors.ts';
import type { Experiment } from '../contract/experiment.ts';
import { type Arrangement, arrange, readNumbers } from './arrange.ts';
import { categoriesOf, requireCategories } from './categories.ts';
import { cutParts, rowsNeeded, type SampleList } from './cut-samples.ts';
import { encodeTargets } from './encode.ts';
import type { Range } from './fill-missing.ts';
import { findLeaks } from './find-leaks.ts';
import type { InputColumn, Preparation, Statistics, TargetColumn } from './preparation.ts';
import { gapOf, type Part, parts, type Segment } from './segments.ts';
import { fitNormalizer, identityNormalizer, meanOf } from './statistics.ts';
import { labelCounts, partSummary, rowsOfSamples, sampleRanges } from './summarize.ts';
import type { Column, Table } from './table.ts';
import { documentCounts, fitText, type TextResources, textWarnings } from './text/view.ts';
import { outputKindOf, stateColumnNames, type UsedColumn } from './used-columns.ts';

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
    columns: columnTypesOf({ experiment, table }),
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
  const samples = cutParts(experiment, arrangement.segments);
  if (samples.train.count === 0) throw tooShort(arrangement);
  const training = trainingRanges(arrangement, samples.train);
  const warnings: string[] = [];
  const inputs = arrangement.used.features.map((feature) =>
    fitInput(arrangement, feature, training, warnings),
  );
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
  const rows = rowsOfSamples(arrangement, Object.values(samples));
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
    warnings: [],
  };
  const balancedClassWeights =
    outputKind === 'labels' ? balance(arrangement, unbalanced, samples.train, warnings) : null;
  warnings.push(...constantInputs(inputs, arrangement, training));
  warnings.push(...emptyParts(arrangement, samples));
  warnings.push(...findLeaks(arrangement, unbalanced));
  return { ...unbalanced, balancedClassWeights, warnings };
}

/** Runs of the training part of one series each; what statistics are taken from. */
function trainingRanges(arrangement: Arrangement, samples: SampleList): Segment[] {
  if (arrangement.experiment.data.split.kind !== 'random') {
    return arrangement.segments.filter(({ part }) => part === 'train');
  }
  return sampleRanges(arrangement.experiment, samples).map((range, sample) => ({
    ...range,
    series: samples.series[sample] as number,
    part: 'train',
  }));
}

function fitInput(
  arrangement: Arrangement,
  { config, column }: UsedColumn,
  training: readonly Segment[],
  warnings: string[],
): InputColumn {
  const { name } = config;
  if (config.encoding === 'numeric') {
    return { encoding: 'numeric', column: name, statistics: fitStatistics(arrangement, column, training) };
  }
  if (config.encoding === 'binary') {
    const texts = binaryTexts(column);
    const { values } = readNumbers(arrangement, column, texts, null);
    return { encoding: 'binary', column: name, texts, mean: meanOf(values, training) };
  }
  const categories = categoriesOf(column, arrangement.ordered.rows, training);
  requireCategories(column, categories, arrangement.table, warnings);
  return { encoding: config.encoding === 'embedding' ? 'embedding' : 'oneHot', column: name, categories };
}

function fitTarget(
  arrangement: Arrangement,
  { config, column }: UsedColumn,
  training: readonly Segment[],
  kind: Preparation['outputKind'],
): TargetColumn {
  if (kind === 'labels') return { column: config.name, statistics: null, texts: null, mean: 0 };
  const texts = kind === 'binary' ? binaryTexts(column) : null;
  const { values } = readNumbers(arrangement, column, texts, null);
  const counts = arrangement.experiment.training.loss.kind === 'poisson';
  const statistics = kind === 'binary' || counts ? null : fitStatistics(arrangement, column, training);
  return { column: config.name, statistics, texts, mean: meanOf(values, training) };
}

/** Of the filled column: what the model will see. */
function fitStatistics(arrangement: Arrangement, column: Column, training: readonly Segment[]): Statistics {
  const { data } = arrangement.experiment;
  const mean = meanOf(readNumbers(arrangement, column, null, null).values, training);
  const { values } = readNumbers(arrangement, column, null, mean);
  const global = fitNormalizer(data.normalize, values, training);
  if (!data.perSeries || data.normalize === 'none') return { global, series: null, mean };
  const bySeries = new Map<number, Range[]>();
  for (const range of training) {
    const ranges = bySeries.get(range.series);
    if (ranges === undefined) bySeries.set(range.series, [range]);
    else ranges.push(range);
  }
  const series: Record<string, Statistics['global']> = {};
  for (const [number, ranges] of bySeries) {
    if (ranges.every(({ start, end }) => start === end)) continue;
    const name = arrangement.ordered.series[number]?.name ?? '';
    series[name] = fitNormalizer(data.normalize, values, ranges) ?? identityNormalizer;
  }
  return { global, series, mean };
}

/** Two texts in alphabetical order mean 0 and 1 ("no" and "yes"); a lone text means 0. */
function binaryTexts(column: Column): [string, string] | null {
  if (column.type !== 'text') return null;
  const [a = '', b = `not ${a}`] = [...column.dictionary].sort();
  return [a, b];
}

function columnTypesOf({
  experiment,
  table,
}: Pick<Arrangement, 'experiment' | 'table'>): Preparation['columns'] {
  const named = new Set(
    experiment.data.columns.filter(({ role }) => role !== 'ignore').map(({ name }) => name),
  );
  for (const name of stateColumnNames(experiment)) named.add(name);
  return table.columns
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
    encodeTargets(arrangement, preparation),
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
  const constant = inputs.filter((input, i) => {
    const column = arrangement.used.features[i]?.column;
    if (column === undefined) return false;
    if (input.encoding === 'oneHot' || input.encoding === 'embedding') return input.categories.length < 2;
    const { values } = readNumbers(arrangement, column, input.encoding === 'binary' ? input.texts : null, 0);
    return !varies(values, training);
  });
  if (constant.length === 0) return [];
  const names = constant.slice(0, 5).map(({ column }) => `"${column}"`);
  const more = constant.length > names.length ? ` and ${constant.length - names.length} more` : '';
  return [
    `${names.join(', ')}${more}: constant in the training part, so the model learns nothing from ${constant.length === 1 ? 'it' : 'them'}.`,
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
  const lost = gap === 0 ? '' : `, as ${gap} rows are left out between two parts`;
  return new WorkbenchError(
    'data/too-short',
    longest < need
      ? `There is not one training sample: ${what} needs ${need} consecutive ${need === 1 ? 'row' : 'rows'}, and the longest training part of a series has ${longest}${lost}`
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
