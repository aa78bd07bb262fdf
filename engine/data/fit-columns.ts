import { WorkbenchError } from '../base/errors.ts';
import type { TransformConfig } from '../contract/columns.ts';
import type { ColumnConfig } from '../contract/data.ts';
import { type Arrangement, readNumbers } from './arrange.ts';
import { categoriesOf, frequentCategories, requireCategories } from './categories.ts';
import { fitClip } from './clip.ts';
import type { Range } from './fill-missing.ts';
import { differencesOf, lagsOf, levelsOf, rollingOf } from './levels.ts';
import { fitLambda } from './power.ts';
import type { InputColumn, Power, Preparation, Statistics, TargetColumn } from './preparation.ts';
import { lookAhead, type Segment } from './segments.ts';
import { fitNormalizer, identityNormalizer, knownValues, meanOf } from './statistics.ts';
import { type Column, rowLabel } from './table.ts';
import type { UsedColumn } from './used-columns.ts';

/**
 * The inputs in order: those of the time column first, then for each column itself, whether it is missing, its lags,
 * its rolling statistics, and, where it is known ahead, the same again of the predicted steps.
 */
export function fitInputs(
  arrangement: Arrangement,
  training: readonly Segment[],
  warnings: string[],
): InputColumn[] {
  const { used, experiment } = arrangement;
  const time = experiment.data.columns.find(({ role }) => role === 'time');
  return [
    ...calendarInputs(arrangement, time),
    ...used.features.flatMap((feature) => {
      const inputs = fitInput(arrangement, feature, training, warnings);
      if (feature.config.known !== 'future') return inputs;
      const ahead = lookAhead(experiment);
      return [...inputs, ...inputs.map((input) => ({ ...input, ahead }))];
    }),
  ];
}

function calendarInputs({ used, table }: Arrangement, config: ColumnConfig | undefined): InputColumn[] {
  const { calendar = [], calendarForm = 'cycle' } = config ?? {};
  if (calendar.length === 0 || config === undefined) return [];
  if (used.time?.type !== 'time' || used.time.format === 'clock') {
    throw new WorkbenchError(
      'config/impossible',
      `Column "${config.name}" holds no dates, so it has no calendar`,
      {
        where: `${table.name}, column "${config.name}"`,
        hint: 'Take "calendar" from the column, or say by "timeFormat" how its dates are written.',
      },
    );
  }
  return calendar.map((part) => ({ encoding: 'calendar', column: config.name, part, form: calendarForm }));
}

function fitInput(
  arrangement: Arrangement,
  { config, column }: UsedColumn,
  training: readonly Segment[],
  warnings: string[],
): InputColumn[] {
  const { name } = config;
  const missing: InputColumn[] = isMasked(arrangement, config, column)
    ? [{ encoding: 'missing', column: name, ahead: 0 }]
    : [];
  switch (config.encoding) {
    case 'numeric': {
      const statistics = fitStatistics(arrangement, config, column, training);
      return [
        { encoding: 'numeric', column: name, ahead: 0, statistics },
        ...missing,
        ...fitLooksBack(arrangement, config, column, statistics, training),
      ];
    }
    case 'binary': {
      const texts = binaryTexts(column);
      const { values } = readNumbers(arrangement, column, texts, null);
      return [
        { encoding: 'binary', column: name, ahead: 0, texts, mean: meanOf(values, training) },
        ...missing,
      ];
    }
    case 'hash':
      return [{ encoding: 'hash', column: name, ahead: 0, buckets: config.buckets ?? 1024 }];
    default: {
      const { rows } = arrangement.ordered;
      const all = categoriesOf(column, rows, training);
      const categories = frequentCategories(column, all, rows, training, {
        minimumCount: config.minimumCount ?? 1,
        maximum: config.maximumCategories ?? Number.POSITIVE_INFINITY,
      });
      requireCategories(column, categories, arrangement.table, warnings);
      if (categories.length < all.length) {
        warnings.push(
          `Column "${name}": ${all.length - categories.length} of ${all.length} categories are rare and count as unknown.`,
        );
      }
      const encoding = config.encoding === 'embedding' ? 'embedding' : 'oneHot';
      return [{ encoding, column: name, ahead: 0, categories }];
    }
  }
}

/** With `missing: "mask"`, whether some row in use holds nothing in the column. */
function isMasked({ experiment, ordered }: Arrangement, config: ColumnConfig, column: Column): boolean {
  if (experiment.data.missing !== 'mask') return false;
  if (config.encoding !== 'numeric' && config.encoding !== 'binary') return false;
  const cells = column.type === 'text' ? null : column.values;
  return ordered.rows.some((row) =>
    cells === null ? column.type === 'text' && column.codes[row] === -1 : Number.isNaN(cells[row]),
  );
}

function fitLooksBack(
  arrangement: Arrangement,
  config: ColumnConfig,
  column: Column,
  statistics: Statistics,
  training: readonly Segment[],
): InputColumn[] {
  const { lags = [], rolling = [], name } = config;
  if (lags.length + rolling.length === 0) return [];
  const { values } = levelsOf(arrangement, column, statistics, null);
  const { series } = arrangement.ordered;
  const own = (made: Float64Array): Statistics => ({
    ...statistics,
    ...fitNormalizers(arrangement, config, made, training),
    difference: 0,
  });
  return [
    ...lags.map((rows): InputColumn => {
      return { encoding: 'lag', column: name, rows, statistics: own(lagsOf(values, rows, series)) };
    }),
    ...rolling.map(({ rows, statistic }): InputColumn => {
      const made = rollingOf(values, rows, statistic, series);
      return { encoding: 'rolling', column: name, rows, statistic, statistics: own(made) };
    }),
  ];
}

export function fitTarget(
  arrangement: Arrangement,
  { config, column }: UsedColumn,
  training: readonly Segment[],
  kind: Preparation['outputKind'],
): TargetColumn {
  if (kind === 'labels') return { column: config.name, statistics: null, texts: null, mean: 0 };
  const texts = kind === 'binary' ? binaryTexts(column) : null;
  const { values } = readNumbers(arrangement, column, texts, null);
  const counts = arrangement.experiment.training.loss.kind === 'poisson';
  const statistics =
    kind === 'binary' || counts ? null : fitStatistics(arrangement, config, column, training);
  return { column: config.name, statistics, texts, mean: meanOf(values, training) };
}

/** Of the filled column: what the model will see. */
function fitStatistics(
  arrangement: Arrangement,
  config: ColumnConfig,
  column: Column,
  training: readonly Segment[],
): Statistics {
  const mean = meanOf(readNumbers(arrangement, column, null, null).values, training);
  let { values } = levelsOf(arrangement, column, { mean, clip: null, power: null }, null);
  const clip = config.clip === undefined ? null : fitClip(config.clip, values, training);
  if (clip !== null) ({ values } = levelsOf(arrangement, column, { mean, clip, power: null }, null));
  const power =
    config.transform === undefined ? null : fitPower(arrangement, column, config.transform, values, training);
  if (power !== null) ({ values } = levelsOf(arrangement, column, { mean, clip, power }, null));
  const { difference = 0 } = config;
  const shown = difference === 0 ? values : differencesOf(values, difference, arrangement.ordered.series);
  return { ...fitNormalizers(arrangement, config, shown, training), mean, clip, power, difference };
}

function fitPower(
  { table, ordered }: Arrangement,
  column: Column,
  transform: TransformConfig,
  values: Float64Array,
  training: readonly Range[],
): Power {
  const { kind, offset } = transform;
  if (kind === 'log') return { kind, offset };
  const known = knownValues(values, training);
  const shifted = known.map((value) => value + offset);
  const bad = known.find((_, i) => !((shifted[i] as number) > 0));
  if (bad !== undefined) {
    const row = ordered.rows[values.indexOf(bad)] as number;
    throw new WorkbenchError(
      'config/impossible',
      `The Box-Cox transform of column "${column.name}" needs numbers more than 0, and ${bad}${offset === 0 ? '' : ` + ${offset}`} is not`,
      {
        where: `${table.name}, ${rowLabel(table, row)}, column "${column.name}"`,
        hint: 'Raise the offset of the transform, or take the transform from the column.',
        data: { row: row + 1, column: column.name },
      },
    );
  }
  const lambda = shifted.length === 0 ? 1 : fitLambda(shifted);
  const largest = known.reduce((most, value) => Math.max(most, value), -offset);
  return { kind, offset, lambda, largest };
}

/** Over all series, and for each where that is asked for. Static columns vary between series only. */
function fitNormalizers(
  { experiment, ordered }: Arrangement,
  config: ColumnConfig,
  values: Float64Array,
  training: readonly Segment[],
): Pick<Statistics, 'global' | 'series'> {
  const kind = config.normalize ?? experiment.data.normalize;
  const perSeries = (config.perSeries ?? experiment.data.perSeries) && config.known !== 'static';
  const global = fitNormalizer(kind, values, training);
  if (!perSeries || kind === 'none') return { global, series: null };
  const bySeries = new Map<number, Range[]>();
  for (const range of training) {
    const ranges = bySeries.get(range.series);
    if (ranges === undefined) bySeries.set(range.series, [range]);
    else ranges.push(range);
  }
  const series: Record<string, Statistics['global']> = {};
  for (const [number, ranges] of bySeries) {
    if (ranges.every(({ start, end }) => start === end)) continue;
    const name = ordered.series[number]?.name ?? '';
    series[name] = fitNormalizer(kind, values, ranges) ?? identityNormalizer;
  }
  return { global, series };
}

/** Two texts in alphabetical order mean 0 and 1 ("no" and "yes"); a lone text means 0. */
function binaryTexts(column: Column): [string, string] | null {
  if (column.type !== 'text') return null;
  const [a = '', b = `not ${a}`] = [...column.dictionary].sort();
  return [a, b];
}
