import { WorkbenchError } from '../base/errors.ts';
import { type Arrangement, readNumbers } from './arrange.ts';
import { type CreateRows, createMemoryRows, type EncodedRows } from './encoded-rows.ts';
import type { InputColumn, Normalizer, Preparation, Statistics } from './preparation.ts';
import { type Column, cellText, findColumn } from './table.ts';

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
  /** [positions], -1 where missing; empty unless labels. */
  readonly labels: Int32Array;
  /** [positions] sample weight, 0 where a target is missing. */
  readonly weights: Float32Array;
}

/** Number of numeric inputs that a column becomes. */
function featureWidth(input: InputColumn): number {
  if (input.encoding === 'embedding') return 0;
  return input.encoding === 'oneHot' ? input.categories.length : 1;
}

export function encodeInputs(
  arrangement: Arrangement,
  preparation: Preparation,
  createRows: CreateRows = createMemoryRows,
): EncodedInputs {
  const { table, ordered } = arrangement;
  const { inputs, stateColumns } = preparation;
  const count = ordered.rows.length;
  const width = inputs.reduce((sum, input) => sum + featureWidth(input), 0);
  const tokenWidth = inputs.filter(({ encoding }) => encoding === 'embedding').length;
  const features = createRows(count, width);
  const tokens = new Int32Array(count * tokenWidth);
  const warnings: string[] = [];
  let offset = 0;
  let tokenOffset = 0;
  for (const input of inputs) {
    const column = findColumn(table, input.column);
    if (input.encoding === 'numeric') {
      const { values } = readNumbers(arrangement, column, null, input.statistics.mean);
      normalize(values, input.statistics, arrangement, warnings, input.column);
      features.setColumn(offset, values);
    } else if (input.encoding === 'binary') {
      const { values } = readNumbers(arrangement, column, input.texts, input.mean);
      features.setColumn(offset, values);
    } else {
      const codes = categoryCodes(column, input.categories, arrangement, warnings);
      if (input.encoding === 'oneHot') features.setOneHot(offset, input.categories.length, codes);
      else {
        for (let i = 0; i < count; i++) tokens[i * tokenWidth + tokenOffset] = (codes[i] as number) + 1;
        tokenOffset++;
      }
    }
    offset += featureWidth(input);
  }
  const stateWidth = stateColumns.length;
  const states = new Float32Array(count * stateWidth);
  stateColumns.forEach((name, s) => {
    const { values } = readNumbers(arrangement, findColumn(table, name), null, null);
    for (let i = 0; i < count; i++) states[i * stateWidth + s] = values[i] as number;
  });
  return { features: features.finish(), tokens, tokenWidth, states, stateWidth, warnings };
}

/** @param arrangement its table may lack the targets: then every weight is 0. */
export function encodeTargets(
  arrangement: Arrangement,
  preparation: Preparation,
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
  if (used.weight !== null) weights.set(readNumbers(arrangement, used.weight, null, null).values);
  for (const [c, target] of preparation.targets.entries()) {
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
    const read = readNumbers(arrangement, column, target.texts, target.statistics?.mean ?? target.mean);
    if (target.statistics !== null) normalize(read.values, target.statistics, arrangement, [], target.column);
    for (let i = 0; i < count; i++) if (Number.isNaN(read.values[i])) read.values[i] = 0;
    values.setColumn(c, read.values);
    if (read.missing !== null) for (let i = 0; i < count; i++) if (read.missing[i] === 1) weights[i] = 0;
  }
  return { values: values.finish(), labels, weights };
}

/** The normalizer of a series: its own where it has one, that of all otherwise. */
export function normalizerOf(statistics: Statistics, series: string): Normalizer {
  return statistics.series?.[series] ?? statistics.global;
}

function normalize(
  values: Float64Array,
  statistics: Statistics,
  { ordered }: Arrangement,
  warnings: string[],
  name: string,
): void {
  let unseen = 0;
  for (const { name: series, start, end } of ordered.series) {
    if (statistics.series !== null && statistics.series[series] === undefined) unseen++;
    const { offset, scale } = normalizerOf(statistics, series);
    for (let i = start; i < end; i++) values[i] = ((values[i] as number) - offset) / scale;
  }
  if (unseen > 0) {
    warnings.push(
      `${unseen} series have no rows in the training part; column "${name}" is normalized there as over all series.`,
    );
  }
}

/** [positions] index of the category of each row, -1 where it is missing or unknown. */
function categoryCodes(
  column: Column,
  categories: readonly string[],
  { table, ordered }: Arrangement,
  warnings: string[],
): Int32Array {
  const index = new Map(categories.map((category, i) => [category, i]));
  const codes = new Int32Array(ordered.rows.length);
  const unseen = new Map<string, number>();
  const byCode = column.type === 'text' ? column.dictionary.map((text) => index.get(text) ?? -1) : null;
  for (let i = 0; i < codes.length; i++) {
    const row = ordered.rows[i] as number;
    if (byCode !== null && column.type === 'text') {
      const code = column.codes[row] as number;
      codes[i] = code < 0 ? -1 : (byCode[code] as number);
      if (code >= 0 && codes[i] === -1) count(unseen, column.dictionary[code] as string);
      continue;
    }
    const text = cellText(column, row);
    const code = text === null ? undefined : index.get(text);
    codes[i] = code ?? -1;
    if (text !== null && code === undefined) count(unseen, text);
  }
  if (unseen.size > 0) warnings.push(unseenSentence(table.name, column.name, unseen));
  return codes;
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function unseenSentence(table: string, column: string, unseen: ReadonlyMap<string, number>): string {
  const names = [...unseen.keys()].slice(0, 5).map((name) => `"${name}"`);
  const more = unseen.size > names.length ? ` and ${unseen.size - names.length} more` : '';
  const rows = [...unseen.values()].reduce((sum, value) => sum + value, 0);
  return `${table}, column "${column}": ${names.join(', ')}${more} did not occur in the training part; ${rows} ${rows === 1 ? 'row counts' : 'rows count'} as unknown.`;
}

/** Checks that a table has the columns of the preparation with the types they had. */
export function requireColumns(arrangement: Arrangement, preparation: Preparation): void {
  for (const { name, type } of preparation.columns) {
    const column = arrangement.table.columns.find((candidate) => candidate.name === name);
    if (column === undefined) continue;
    if ((column.type === 'text') === (type === 'text')) continue;
    const almost = column.type === 'text' ? column.almost : null;
    throw new WorkbenchError(
      'config/impossible',
      `Column "${name}" holds ${column.type === 'text' ? 'text' : 'numbers'} where the training data had ${type === 'text' ? 'text' : 'numbers'}`,
      {
        where: `${arrangement.table.name}${almost === null ? '' : `, row ${almost.row}`}, column "${name}"`,
        hint: 'Write the column as it was in the training data.',
      },
    );
  }
}
