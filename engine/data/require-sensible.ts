import { WorkbenchError } from '../base/errors.ts';
import type { ColumnConfig } from '../contract/data.ts';
import type { Experiment } from '../contract/experiment.ts';

/** Rows before the first of a sample that some input or target of the row looks back at. */
export function rowsLookedBack(columns: readonly ColumnConfig[]): number {
  let most = 0;
  for (const { role, difference = 0, lags = [], rolling = [] } of columns) {
    if (role !== 'feature' && role !== 'target' && role !== 'featureAndTarget') continue;
    most = Math.max(most, difference, ...lags, ...rolling.map(({ rows }) => rows - 1));
  }
  return most;
}

/**
 * Refuses settings of columns that mean nothing where they stand, before any row is read.
 * @throws config/impossible, naming the column and the key.
 */
export function requireSensible(experiment: Experiment): void {
  for (const column of experiment.data.columns) {
    if (column.role === 'ignore') continue;
    for (const key of timeKeys) {
      if (column[key] !== undefined && column.role !== 'time') {
        throw impossible(column, key, `"${key}" is for the column with the role "time"`);
      }
    }
    requireNumeric(column);
    requireCategories(column);
    requireTarget(experiment, column);
    requireKnown(experiment, column);
  }
}

const timeKeys = ['timeFormat', 'timeZone', 'calendar', 'calendarForm'] as const;
const numberKeys = ['clip', 'transform', 'difference', 'lags', 'rolling', 'normalize', 'perSeries'] as const;

function isInput({ role }: ColumnConfig): boolean {
  return role === 'feature' || role === 'featureAndTarget';
}

function isTarget({ role }: ColumnConfig): boolean {
  return role === 'target' || role === 'featureAndTarget';
}

function requireNumeric(column: ColumnConfig): void {
  const numeric = column.encoding === 'numeric' && (isInput(column) || isTarget(column));
  for (const key of numberKeys) {
    if (column[key] !== undefined && !numeric) {
      throw impossible(column, key, `"${key}" is for inputs and targets with the encoding "numeric"`);
    }
  }
  for (const key of ['lags', 'rolling'] as const) {
    if (column[key] !== undefined && !isInput(column)) {
      throw impossible(column, key, `"${key}" makes inputs, but the column is none`);
    }
  }
}

function requireCategories(column: ColumnConfig): void {
  if (column.buckets !== undefined && column.encoding !== 'hash') {
    throw impossible(column, 'buckets', '"buckets" is for the encoding "hash"');
  }
  const listed = column.encoding === 'oneHot' || column.encoding === 'embedding';
  for (const key of ['minimumCount', 'maximumCategories'] as const) {
    if (column[key] !== undefined && !listed) {
      throw impossible(column, key, `"${key}" is for the encodings "oneHot" and "embedding"`);
    }
  }
}

function requireTarget({ task, training }: Experiment, column: ColumnConfig): void {
  if (!isTarget(column)) return;
  if (column.encoding === 'hash') {
    throw impossible(column, 'encoding', 'A target cannot be hashed: different classes would be one');
  }
  if (
    column.difference !== undefined &&
    (column.role === 'target' || (task !== 'forecast' && task !== 'next'))
  ) {
    throw impossible(
      column,
      'difference',
      'A change can be predicted only of a column whose past is an input, in a forecast or of the next step',
    );
  }
  const changed = column.transform !== undefined || column.difference !== undefined;
  if (changed && training.loss.kind === 'poisson') {
    throw impossible(
      column,
      column.transform === undefined ? 'difference' : 'transform',
      'The Poisson loss predicts counts as they are',
    );
  }
}

function requireKnown({ task, data }: Experiment, column: ColumnConfig): void {
  if (column.known === undefined || column.known === 'past') return;
  if (!isInput(column)) throw impossible(column, 'known', 'Only inputs can be known ahead or static');
  if (isTarget(column)) {
    throw impossible(column, 'known', 'What is to be predicted is not known ahead');
  }
  if (column.known === 'static') return;
  if (task !== 'forecast' && task !== 'next') {
    throw impossible(column, 'known', 'Values ahead tell nothing in a task that predicts no later row');
  }
  if (task === 'forecast' && data.sequence === 'window' && data.horizon > data.window) {
    throw new WorkbenchError(
      'config/impossible',
      `A window of ${data.window} does not show the ${data.horizon} predicted steps of column "${column.name}"`,
      {
        where: 'data.window',
        hint: `Set data.window to at least data.horizon, or leave out "known" for the column.`,
      },
    );
  }
  for (const key of ['difference', 'lags', 'rolling'] as const) {
    if (column[key] !== undefined) {
      throw impossible(column, key, `"${key}" looks back, and the column is known ahead`);
    }
  }
}

function impossible(column: ColumnConfig, key: string, message: string): WorkbenchError {
  return new WorkbenchError('config/impossible', message, {
    where: `data.columns: "${key}" of "${column.name}"`,
    hint: `Take "${key}" from the column, or change its role or encoding.`,
    data: { column: column.name, key },
  });
}
