import { WorkbenchError } from '../base/errors.ts';
import { type Arrangement, readNumbers } from './arrange.ts';
import { calendarInputs } from './calendar.ts';
import { categoryCodes, hashCodes } from './category-codes.ts';
import { type CreateRows, createMemoryRows, type EncodedRows, type RowsBuilder } from './encoded-rows.ts';
import type { Range } from './fill-missing.ts';
import { inputNames } from './input-names.ts';
import { differencesOf, lagsOf, levelsOf, rollingOf } from './levels.ts';
import type { InputColumn, Normalizer, Preparation, Statistics } from './preparation.ts';
import { findColumn, rowLabel } from './table.ts';

/** Model inputs of all ordered rows; windows are slices of them. */
export interface EncodedInputs {
  /** [positions, F] */
  readonly features: EncodedRows;
  /** [positions, tokenWidth] */
  readonly tokens: Int32Array;
  readonly tokenWidth: number;
  /** [positions, stateWidth] */
  readonly states: Float32Array;
  readonly stateWidth: number;
  /** Sentences about cells that were never seen in training. */
  readonly warnings: readonly string[];
}

/** Targets of all ordered rows. */
export interface EncodedTargets {
  /** [positions, columns]; no rows for labels. */
  readonly values: EncodedRows;
  /** For each column that is predicted as a change: [positions] what it is the change of; null for the others. */
  readonly levels: readonly (Float64Array | null)[];
  /** [positions], -1 where missing; empty unless labels. */
  readonly labels: Int32Array;
  /** [positions] sample weight, 0 where a target is missing. */
  readonly weights: Float32Array;
}

export function encodeInputs(
  arrangement: Arrangement,
  preparation: Preparation,
  createRows: CreateRows = createMemoryRows,
): EncodedInputs {
  const { table, ordered } = arrangement;
  const { inputs, stateColumns } = preparation;
  const count = ordered.rows.length;
  const widths = inputs.map((input) => inputNames(input).length);
  const width = widths.reduce((sum, columns) => sum + columns, 0);
  const tokenWidth = inputs.filter(isToken).length;
  const features = createRows(count, width);
  const tokens = new Int32Array(count * tokenWidth);
  const warnings: string[] = [];
  let offset = 0;
  let tokenOffset = 0;
  for (const [number, input] of inputs.entries()) {
    if (isToken(input)) {
      const codes = tokensOf(input, arrangement, warnings);
      for (let i = 0; i < count; i++) tokens[i * tokenWidth + tokenOffset] = codes[i] as number;
      tokenOffset++;
      continue;
    }
    writeInput(input, arrangement, features, offset, warnings);
    offset += widths[number] as number;
  }
  const stateWidth = stateColumns.length;
  const states = new Float32Array(count * stateWidth);
  stateColumns.forEach((name, s) => {
    const { values } = readNumbers(arrangement, findColumn(table, name), null, null);
    for (let i = 0; i < count; i++) states[i * stateWidth + s] = values[i] as number;
  });
  return {
    features: features.finish(),
    tokens,
    tokenWidth,
    states,
    stateWidth,
    warnings: [...new Set(warnings)],
  };
}

function isToken(input: InputColumn): input is Extract<InputColumn, { encoding: 'embedding' | 'hash' }> {
  return input.encoding === 'embedding' || input.encoding === 'hash';
}

/** [positions] entry of the embedding; 0 for what is unknown or missing. */
function tokensOf(
  input: Extract<InputColumn, { encoding: 'embedding' | 'hash' }>,
  arrangement: Arrangement,
  warnings: string[],
): Int32Array {
  const column = findColumn(arrangement.table, input.column);
  const codes =
    input.encoding === 'hash'
      ? hashCodes(column, input.buckets, arrangement.ordered)
      : categoryCodes(column, input.categories, arrangement, warnings);
  return shifted(
    codes.map((code) => code + 1),
    input.ahead,
    arrangement,
  );
}

function writeInput(
  input: Exclude<InputColumn, { encoding: 'embedding' | 'hash' }>,
  arrangement: Arrangement,
  features: RowsBuilder,
  offset: number,
  warnings: string[],
): void {
  const { table, ordered } = arrangement;
  const column = findColumn(table, input.column);
  switch (input.encoding) {
    case 'numeric':
    case 'lag':
    case 'rolling': {
      const values = numbersOf(input, arrangement);
      normalize(values, input.statistics, arrangement, warnings, input.column);
      features.setColumn(
        offset,
        shifted(values, input.encoding === 'numeric' ? input.ahead : 0, arrangement),
      );
      return;
    }
    case 'binary': {
      const { values } = readNumbers(arrangement, column, input.texts, input.mean);
      features.setColumn(offset, shifted(values, input.ahead, arrangement));
      return;
    }
    case 'missing': {
      const texts = column.type === 'text' ? column.dictionary : [];
      const { missing } = readNumbers(arrangement, column, [texts[0] ?? '', texts[1] ?? ''], null);
      if (missing !== null)
        features.setColumn(offset, Float32Array.from(shifted(missing, input.ahead, arrangement)));
      return;
    }
    case 'calendar': {
      if (column.type === 'text') return;
      const times = column.values;
      const walls = Float64Array.from(ordered.rows, (row) => arrangement.zone.wall(times[row] as number));
      for (const [i, values] of calendarInputs(input.part, input.form, walls).entries()) {
        features.setColumn(offset + i, values);
      }
      return;
    }
    case 'oneHot': {
      const codes = shifted(
        categoryCodes(column, input.categories, arrangement, warnings),
        input.ahead,
        arrangement,
      );
      features.setOneHot(offset, input.categories.length, codes);
    }
  }
}

/** Before normalization. [positions] */
export function numbersOf(
  input: Extract<InputColumn, { encoding: 'numeric' | 'lag' | 'rolling' }>,
  arrangement: Arrangement,
): Float64Array {
  const { series } = arrangement.ordered;
  const { values } = levelsOf(
    arrangement,
    findColumn(arrangement.table, input.column),
    input.statistics,
    null,
  );
  if (input.encoding === 'lag') return lagsOf(values, input.rows, series);
  if (input.encoding === 'rolling') return rollingOf(values, input.rows, input.statistic, series);
  const { difference } = input.statistics;
  return difference === 0 ? values : differencesOf(values, difference, series);
}

/** Each position gets what stands `ahead` positions on in its series; behind the end, what stands at the end. */
function shifted<Values extends Float64Array | Int32Array | Uint8Array>(
  values: Values,
  ahead: number,
  { ordered }: Arrangement,
): Values {
  if (ahead === 0) return values;
  const moved = values.slice() as Values;
  for (const { start, end } of ordered.series) {
    if (start === end) continue;
    const last = values[end - 1] as number;
    for (let i = start; i < end; i++) moved[i] = i + ahead < end ? (values[i + ahead] as number) : last;
  }
  return moved;
}

/**
 * @param arrangement its table may lack the targets: then every weight is 0.
 * @param training where outliers of targets are moved to their bounds.
 */
export function encodeTargets(
  arrangement: Arrangement,
  preparation: Preparation,
  training: readonly Range[],
  createRows: CreateRows = createMemoryRows,
): EncodedTargets {
  const { table, ordered, used } = arrangement;
  const count = ordered.rows.length;
  const weights = new Float32Array(count).fill(1);
  const present = new Set(table.columns.map(({ name }) => name));
  const labeled = preparation.outputKind === 'labels';
  const columns = preparation.targets.length;
  const values = createRows(labeled ? 0 : count, columns);
  const labels = new Int32Array(labeled ? count : 0).fill(-1);
  const levels: (Float64Array | null)[] = [];
  if (used.weight !== null) weights.set(readNumbers(arrangement, used.weight, null, null).values);
  for (const [c, target] of preparation.targets.entries()) {
    levels.push(null);
    if (!present.has(target.column)) {
      weights.fill(0);
      continue;
    }
    const column = findColumn(table, target.column);
    if (labeled) {
      labels.set(categoryCodes(column, preparation.classes, arrangement, []));
      for (let i = 0; i < count; i++) if ((labels[i] as number) < 0) weights[i] = 0;
      continue;
    }
    const { statistics } = target;
    const read =
      statistics === null
        ? readNumbers(arrangement, column, target.texts, target.mean)
        : levelsOf(arrangement, column, statistics, training);
    let numbers = read.values;
    if (statistics !== null) {
      if (statistics.difference > 0) {
        levels[c] = read.values;
        numbers = differencesOf(read.values, statistics.difference, ordered.series);
      }
      normalize(numbers, statistics, arrangement, [], target.column);
    }
    for (let i = 0; i < count; i++) if (Number.isNaN(numbers[i])) numbers[i] = 0;
    values.setColumn(c, numbers);
    if (read.missing !== null) for (let i = 0; i < count; i++) if (read.missing[i] === 1) weights[i] = 0;
  }
  return { values: values.finish(), levels, labels, weights };
}

/** The normalizer of a series: its own where it has one, that of all otherwise. */
export function normalizerOf(statistics: Statistics, series: string): Normalizer {
  return statistics.series?.[series] ?? statistics.global;
}

/** Squares of larger inputs, and their sums, leave the range of 32-bit numbers. */
const largestInput = 1e15;

function normalize(
  values: Float64Array,
  statistics: Statistics,
  { table, ordered }: Arrangement,
  warnings: string[],
  name: string,
): void {
  let unseen = 0;
  for (const { name: series, start, end } of ordered.series) {
    if (statistics.series !== null && statistics.series[series] === undefined) unseen++;
    const { offset, scale } = normalizerOf(statistics, series);
    for (let i = start; i < end; i++) {
      const value = ((values[i] as number) - offset) / scale;
      values[i] = value;
      if (!(Math.abs(value) > largestInput)) continue;
      const row = ordered.rows[i] as number;
      throw new WorkbenchError(
        'data/not-finite',
        `A cell is ${value} after normalization, too large for a network (beyond ${largestInput})`,
        {
          where: `${table.name}, ${rowLabel(table, row)}, column "${name}"`,
          hint: 'Correct the cell, or give the column a normalizer, clip or transform.',
          data: { row: row + 1, column: name },
        },
      );
    }
  }
  if (unseen > 0) {
    warnings.push(
      `${unseen} series have no rows in the training part; column "${name}" is normalized there as over all series.`,
    );
  }
}

/** Checks that a table has the columns of the preparation with the types they had. */
export function requireColumns(arrangement: Arrangement, preparation: Preparation): void {
  for (const { name, type } of preparation.columns) {
    const column = arrangement.source.columns.find((candidate) => candidate.name === name);
    if (column === undefined) continue;
    if ((column.type === 'text') === (type === 'text')) continue;
    const almost = column.type === 'text' ? column.almost : null;
    throw new WorkbenchError(
      'config/impossible',
      `Column "${name}" holds ${column.type === 'text' ? 'text' : 'numbers'} where the training data had ${type === 'text' ? 'text' : 'numbers'}`,
      {
        where: `${arrangement.source.name}${almost === null ? '' : `, row ${almost.row}`}, column "${name}"`,
        hint: 'Write the column as it was in the training data.',
      },
    );
  }
}
