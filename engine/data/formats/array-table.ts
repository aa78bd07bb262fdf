import { WorkbenchError } from '../../base/errors.ts';
import type { SourceShape } from '../../contract/source.ts';
import type { SourceArray } from './npy.ts';
import { type ParsedColumn, type ParsedTable, plainTable } from './parsed-table.ts';

export interface ArrayOptions {
  /** What messages call the file. */
  readonly name: string;
  /** Which array holds the values; null chooses. */
  readonly path: string | null;
  /** Which array holds labels; null chooses, "" takes none. */
  readonly labels: string | null;
  readonly shape: SourceShape | null;
}

/** Name, shape and kind of an array, before its values are read. */
export type ArrayFacts = Pick<SourceArray, 'name' | 'shape' | 'kind'>;

export interface ArrayChoice {
  readonly values: string;
  readonly labels: string | null;
  readonly notes: readonly string[];
}

const valueName = /(^|[/_.])(x|data|inputs?|features?|values?|sequences?)([/_.]|$)/i;
const labelName = /(^|[/_.])(y|labels?|targets?|class(es)?)([/_.]|$)/i;
const maximumFeatures = 16_384;

/** Chooses which arrays of a file hold values and labels: the one of most axes, and one as long as it. */
export function chooseArrays(arrays: readonly ArrayFacts[], options: ArrayOptions): ArrayChoice {
  const { name, path } = options;
  const shown = arrays.slice(0, 12).map((array) => `"${array.name}" ${shapeText(array.shape)}`);
  const hint = `The arrays of the file are ${shown.join(', ')}.`;
  const usable = arrays.filter(({ shape }) => shape.length >= 1 && shape.length <= 3 && !shape.includes(0));
  if (usable.length === 0) {
    throw new WorkbenchError('data/empty', 'The file has no array with one to three axes and values in it', {
      where: name,
      ...(arrays.length === 0 ? {} : { hint }),
    });
  }
  const rank = ({ name: array, shape }: ArrayFacts) =>
    (labelName.test(array) ? 0 : 100) + shape.length * 10 + (valueName.test(array) ? 1 : 0);
  const values =
    path === null
      ? usable.reduce((best, array) => (rank(array) > rank(best) ? array : best))
      : usable.find((array) => array.name === path || array.name === path.replace(/^\//, ''));
  if (values === undefined) {
    throw new WorkbenchError('data/unknown-column', `There is no array "${path}" in the file`, {
      where: name,
      hint,
    });
  }
  const fitting = arrays.filter((array) => array.name !== values.name && fits(array.shape, values.shape));
  const named = fitting.find((array) => labelName.test(array.name));
  const labels =
    options.labels === null
      ? (named ?? (fitting.length === 1 ? fitting[0] : undefined))
      : fitting.find((array) => array.name === options.labels);
  if (labels === undefined && options.labels !== null && options.labels !== '') {
    throw new WorkbenchError(
      'data/unknown-column',
      `There are no labels "${options.labels}" for "${values.name}"`,
      {
        where: name,
        hint: `Labels have the shape [N] or [N,T] of values of the shape ${shapeText(values.shape)}. ${hint}`,
      },
    );
  }
  const others = arrays.filter(({ name: array }) => array !== values.name && array !== labels?.name);
  const notes: string[] = [];
  if (arrays.length > 1) {
    notes.push(
      `Values are read from the array "${values.name}" ${shapeText(values.shape)}${labels === undefined ? '' : `, labels from "${labels.name}" ${shapeText(labels.shape)}`}.`,
    );
  }
  if (others.length > 0) {
    notes.push(
      `Not read: ${others
        .slice(0, 8)
        .map((array) => `"${array.name}" ${shapeText(array.shape)}`)
        .join(', ')}.`,
    );
  }
  return { values: values.name, labels: labels?.name ?? null, notes };
}

/** Labels are one a sequence or one a step. */
function fits(labels: readonly number[], values: readonly number[]): boolean {
  const shape = labels.filter((size, axis) => axis === 0 || size !== 1);
  if (shape[0] !== values[0]) return false;
  return shape.length === 1 || (shape.length === 2 && values.length === 3 && shape[1] === values[1]);
}

/**
 * Arrays as a table. Sequences [N,T,F] become N * T rows: `series` 0 ... N-1, `step` 0 ... T-1, the features f0, f1, ...
 * and `label` where there are labels, [N] repeated at every step. An array [N,F] becomes N rows of F columns, unless it
 * has one label a row or `shape` is "rows": then each row is a sequence of one feature.
 */
export function tableOfArrays(
  values: SourceArray,
  labels: SourceArray | null,
  options: ArrayOptions,
  given: readonly string[] = [],
): ParsedTable {
  const notes = [...given];
  let [sequences = 1, steps = 1, features = 1] = values.shape;
  const asSequences =
    values.shape.length === 3 || (values.shape.length === 2 && rowsAreSequences(labels, options, notes));
  if (values.shape.length === 1) [sequences, steps, features] = [1, sequences, 1];
  else if (values.shape.length === 2 && !asSequences) [sequences, steps, features] = [1, sequences, steps];
  if (features > maximumFeatures) {
    throw new WorkbenchError(
      'data/too-wide',
      `The array has ${features} features; at most ${maximumFeatures} are read`,
      {
        where: options.name,
      },
    );
  }
  const rows = sequences * steps;
  const columns: ParsedColumn[] = [];
  if (asSequences) {
    columns.push(integers('series', rows, (row) => Math.floor(row / steps)));
    columns.push(integers('step', rows, (row) => row % steps));
  }
  const alone = features === 1 && values.shape.length === 1;
  for (let f = 0; f < features; f++) {
    columns.push(pick(alone ? 'value' : `f${f}`, values, rows, (row) => row * features + f));
  }
  if (labels !== null) {
    const each = labels.texts.length > 0 ? labels.texts.length : labels.values.length;
    const perRow = each === rows;
    columns.push(pick('label', labels, rows, (row) => (perRow ? row : Math.floor(row / steps))));
  }
  return plainTable(columns, notes);
}

function rowsAreSequences(labels: SourceArray | null, { shape }: ArrayOptions, notes: string[]): boolean {
  if (shape === 'rows') return true;
  if (shape !== null || labels === null || labels.kind === 'number') return false;
  notes.push(
    'Each row of the array is read as one sequence, since it has one label (data.source.shape is "rows"; "wide" reads its columns as features).',
  );
  return true;
}

function integers(name: string, rows: number, at: (row: number) => number): ParsedColumn {
  return {
    name,
    kind: 'integer',
    values: Float64Array.from({ length: rows }, (_, row) => at(row)),
    format: null,
  };
}

function pick(name: string, array: SourceArray, rows: number, at: (row: number) => number): ParsedColumn {
  if (array.kind === 'text') {
    return {
      name,
      kind: 'text',
      values: Array.from({ length: rows }, (_, row) => array.texts[at(row)] ?? null),
      guess: 'none',
    };
  }
  const values = new Float64Array(rows);
  for (let row = 0; row < rows; row++) values[row] = array.values[at(row)] as number;
  return { name, kind: array.kind, values, format: array.kind === 'time' ? timeFormat(values) : null };
}

function timeFormat(values: Float64Array): 'date' | 'datetime' {
  return values.every((value) => Number.isNaN(value) || value % 86_400_000 === 0) ? 'date' : 'datetime';
}

function shapeText(shape: readonly number[]): string {
  return `[${shape.join(',')}]`;
}
