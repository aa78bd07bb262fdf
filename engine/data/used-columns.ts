import { WorkbenchError } from '../base/errors.ts';
import type { ColumnConfig } from '../contract/data.ts';
import type { Experiment } from '../contract/experiment.ts';
import { type Column, findColumn, type Table } from './table.ts';

/** A column of the table together with what the experiment makes of it. */
export interface UsedColumn {
  readonly config: ColumnConfig;
  readonly column: Column;
}

/** The columns of a table by the part they play. */
export interface UsedColumns {
  /** Inputs in the order of the experiment: roles feature and featureAndTarget. */
  readonly features: readonly UsedColumn[];
  /** Roles target and featureAndTarget; for the task "next" without either, all features. */
  readonly targets: readonly UsedColumn[];
  readonly time: Column | null;
  readonly series: Column | null;
  readonly split: Column | null;
  /** Rows with the same text in it stay together in a split by groups. */
  readonly group: Column | null;
  readonly weight: Column | null;
  /** Columns that give the initial state, in layer and direction order. */
  readonly states: readonly Column[];
}

export type OutputKind = 'values' | 'binary' | 'labels';

/**
 * Finds the columns that an experiment names and checks that they can play their parts.
 * @param predicting the table is for prediction: columns that only training needs may be absent.
 */
export function findUsedColumns(experiment: Experiment, table: Table, predicting = false): UsedColumns {
  const { columns } = experiment.data;
  if (columns.length === 0) {
    throw new WorkbenchError('config/impossible', 'The experiment uses no columns', {
      where: 'data.columns',
      hint: 'List the columns with their roles; "gru init" does it from the data.',
    });
  }
  refuseTwice(columns);
  const present = new Set(table.columns.map(({ name }) => name));
  const use = (config: ColumnConfig): UsedColumn => ({ config, column: findColumn(table, config.name) });
  const only = (role: ColumnConfig['role'], optional: boolean): Column | null => {
    const named = columns.filter((column) => column.role === role);
    if (named.length > 1) {
      throw new WorkbenchError('config/impossible', `Two columns have the role "${role}"`, {
        where: `data.columns: ${named.map(({ name }) => `"${name}"`).join(', ')}`,
        hint: 'Give all but one of them another role.',
      });
    }
    const [first] = named;
    if (first === undefined || (optional && !present.has(first.name))) return null;
    return findColumn(table, first.name);
  };
  const features = columns.filter(({ role }) => role === 'feature' || role === 'featureAndTarget');
  const named = columns.filter(({ role }) => role === 'target' || role === 'featureAndTarget');
  const targets = named.length === 0 && experiment.task === 'next' ? features : named;
  if (features.length === 0) {
    throw new WorkbenchError('config/impossible', 'No column is an input of the model', {
      where: 'data.columns',
      hint: 'Give at least one column the role "feature" or "featureAndTarget".',
    });
  }
  if (targets.length === 0) {
    throw new WorkbenchError('data/no-target', 'No column is to be predicted', {
      where: 'data.columns',
      hint: 'Give a column the role "target" or "featureAndTarget".',
    });
  }
  const used: UsedColumns = {
    features: features.map(use),
    targets: targets.filter(({ name }) => !predicting || present.has(name)).map(use),
    time: only('time', predicting),
    series: only('series', predicting),
    split: only('split', predicting),
    group: only('group', predicting),
    weight: only('weight', true),
    states: stateColumnNames(experiment).map((name) => findColumn(table, name)),
  };
  for (const feature of used.features) checkEncoding(feature, table);
  for (const target of used.targets) checkEncoding(target, table);
  for (const column of [...used.states, ...(used.weight === null ? [] : [used.weight])]) {
    if (column.type === 'text') throw notNumeric(column, table);
  }
  return used;
}

/** Names of the columns that give the initial state, over all layers that read theirs from the data. */
export function stateColumnNames(experiment: Experiment): string[] {
  return experiment.model.layers.flatMap(({ initialState }) =>
    initialState.kind === 'given' ? initialState.columns : [],
  );
}

/** What the targets are together: numbers, 0/1 values or one label. */
export function outputKindOf(experiment: Experiment, targets: readonly UsedColumn[]): OutputKind {
  const kinds = new Set(targets.map(({ config }) => targetKind(config)));
  const [kind = 'values'] = kinds;
  const names = targets.map(({ config }) => `"${config.name}"`).join(', ');
  if (kinds.size > 1) {
    throw new WorkbenchError('config/impossible', 'The targets are of different kinds', {
      where: `data.columns: ${names}`,
      hint: 'Give all targets the encoding "numeric", or all "binary", or predict a single "label".',
    });
  }
  if (kind === 'labels' && targets.length > 1) {
    throw new WorkbenchError('config/impossible', 'A model predicts one label, not several', {
      where: `data.columns: ${names}`,
      hint: 'Keep one target, or make 0/1 columns of the categories and give them the encoding "binary".',
    });
  }
  if (kind === 'labels' && experiment.task === 'forecast' && experiment.data.horizon > 1) {
    throw new WorkbenchError('config/impossible', 'A label is forecast one step ahead only', {
      where: 'data.horizon',
      hint: 'Set data.horizon to 1.',
    });
  }
  const loss = experiment.training.loss.kind;
  const wanted =
    loss === 'crossEntropy' || loss === 'focal'
      ? 'labels'
      : loss === 'binaryCrossEntropy' || loss === 'binaryFocal'
        ? 'binary'
        : 'values';
  if (wanted !== kind && !(wanted === 'values' && kind === 'binary')) {
    const suited = { values: 'meanSquaredError', binary: 'binaryCrossEntropy', labels: 'crossEntropy' }[kind];
    throw new WorkbenchError(
      'config/impossible',
      `The loss "${loss}" does not fit a target with the encoding "${targets[0]?.config.encoding ?? 'numeric'}"`,
      { where: 'training.loss', hint: `Use "${suited}", or another encoding for ${names}.` },
    );
  }
  return kind;
}

function targetKind({ encoding }: ColumnConfig): OutputKind {
  if (encoding === 'numeric') return 'values';
  return encoding === 'binary' ? 'binary' : 'labels';
}

function refuseTwice(columns: readonly ColumnConfig[]): void {
  const seen = new Set<string>();
  for (const { name } of columns) {
    if (seen.has(name)) {
      throw new WorkbenchError('config/impossible', `The column "${name}" is listed twice`, {
        where: 'data.columns',
        hint: 'Use the role "featureAndTarget" for a column that is both.',
      });
    }
    seen.add(name);
  }
}

function checkEncoding({ config, column }: UsedColumn, table: Table): void {
  if (config.encoding === 'numeric' && column.type === 'text') throw notNumeric(column, table);
}

function notNumeric(column: Column, table: Table): WorkbenchError {
  const almost = column.type === 'text' ? column.almost : null;
  if (almost !== null) {
    const more = almost.bad > 1 ? `, and ${almost.bad - 1} more cells like it` : '';
    return new WorkbenchError(
      'config/impossible',
      `Column "${column.name}" holds text where numbers are needed: "${almost.text}"${more}`,
      {
        where: `${table.name}, row ${almost.row}, column "${column.name}"`,
        hint: 'Correct the cell, or empty it and choose in data.missing what happens to missing numbers.',
        data: { row: almost.row, column: column.name },
      },
    );
  }
  return new WorkbenchError(
    'config/impossible',
    `Column "${column.name}" holds text where numbers are needed`,
    {
      where: `${table.name}, column "${column.name}"`,
      hint: 'Set its encoding to "oneHot" or "embedding", or its role to "ignore".',
      data: { column: column.name },
    },
  );
}
