import { WorkbenchError } from '../../base/errors.ts';
import type { ColumnConfig } from '../../contract/data.ts';
import type { Experiment } from '../../contract/experiment.ts';
import { arrange } from '../arrange.ts';
import type { SampleList } from '../cut-samples.ts';
import { cutParts } from '../deal-samples.ts';
import type { DroppedRows } from '../preparation.ts';
import { type Part, parts } from '../segments.ts';
import type { Table } from '../table.ts';

/** How an experiment reads its text columns. */
export type TextUse =
  /** One text a row, to classify or to measure; several columns are put together. */
  | { readonly kind: 'documents'; readonly sources: readonly string[] }
  /** One text a row, whose next token is predicted. */
  | { readonly kind: 'model'; readonly sources: readonly string[] }
  /** Two texts a row: the target follows the source. */
  | { readonly kind: 'pairs'; readonly sources: readonly string[]; readonly target: string }
  /** One token a row. */
  | { readonly kind: 'cells'; readonly sources: readonly string[] };

/** @returns null where no column has the encoding "text". @throws config/impossible. */
export function textUseOf(experiment: Experiment): TextUse | null {
  const columns = experiment.data.columns.filter(
    ({ encoding, role }) =>
      encoding === 'text' && (role === 'feature' || role === 'target' || role === 'featureAndTarget'),
  );
  if (columns.length === 0) return null;
  const sources = columns.filter(({ role }) => role !== 'target').map(({ name }) => name);
  const [target, ...more] = columns.filter(({ role }) => role === 'target').map(({ name }) => name);
  const { task } = experiment;
  if (experiment.data.resample !== null) {
    throw refused('Texts cannot be put together by time', 'data.resample', 'Set data.resample to null.');
  }
  if (task === 'forecast')
    throw refused('A text cannot be forecast', 'task', 'Set the task to "next", "classify" or "tag".');
  if (sources.length === 0) {
    throw refused(
      'No text is an input of the model',
      'data.columns',
      'Give a text column the role "feature".',
    );
  }
  if (task === 'next') {
    refuseOthers(experiment.data.columns);
    if (more.length > 0)
      throw refused('Two texts are to be predicted', 'data.columns', 'Keep one with the role "target".');
    return target === undefined ? { kind: 'model', sources } : { kind: 'pairs', sources, target };
  }
  if (target !== undefined || columns.some(({ role }) => role === 'featureAndTarget')) {
    throw refused(
      `A text is no target of the task "${task}"`,
      `data.columns: "${target ?? sources[0]}"`,
      'Predict a text with the task "next", or give the column the encoding "label".',
    );
  }
  return task === 'tag' ? { kind: 'cells', sources } : { kind: 'documents', sources };
}

function refuseOthers(columns: readonly ColumnConfig[]): void {
  const other = columns.find(
    ({ role, encoding }) =>
      encoding !== 'text' && (role === 'feature' || role === 'target' || role === 'featureAndTarget'),
  );
  if (other === undefined) return;
  throw refused(
    'The next token of a text is predicted from the text alone',
    `data.columns: "${other.name}"`,
    'Give the column the role "ignore".',
  );
}

function refused(message: string, where: string, hint: string): WorkbenchError {
  return new WorkbenchError('config/impossible', message, { where, hint });
}

/** Rows of a table of texts by part, in order; of a table to predict on all in `test`. */
export interface DocumentRows {
  readonly rows: Readonly<Record<Part, Int32Array>>;
  readonly dropped: readonly DroppedRows[];
}

/** Splits texts as rows of any table are split: a text is one row, and no text reaches into another. */
export function documentRows(experiment: Experiment, table: Table, predicting: boolean): DocumentRows {
  const { data } = experiment;
  // Rows are arranged by what they are to predict; the text of a language model is its own target.
  const alone = !data.columns.some(({ role }) => role === 'target' || role === 'featureAndTarget');
  const asRows: Experiment = {
    ...experiment,
    task: 'classify',
    data: {
      ...data,
      sequence: 'window',
      window: 1,
      horizon: 1,
      stride: 1,
      samplingRate: 1,
      sampling: 'none',
      firstStep: 'data',
      split: data.split.kind === 'time' ? { ...data.split, gap: data.split.gap ?? 0 } : data.split,
      columns: data.columns.map((column) =>
        asCategory(alone && column.encoding === 'text' ? { ...column, role: 'featureAndTarget' } : column),
      ),
    },
  };
  const arrangement = arrange(asRows, table, predicting);
  const { ordered, log } = arrangement;
  const rowsOf = ({ starts }: SampleList): Int32Array => starts.map((at) => ordered.rows[at] as number);
  if (predicting) {
    const none = new Int32Array(0);
    return { rows: { train: none, validation: none, test: ordered.rows }, dropped: log.summary() };
  }
  const { lists } = cutParts(arrangement);
  const [train, validation, test] = parts.map((part) => rowsOf(lists[part])) as [
    Int32Array,
    Int32Array,
    Int32Array,
  ];
  return { rows: { train, validation, test }, dropped: log.summary() };
}

/** A text counts as a category where only rows are arranged. */
export function asCategory(column: ColumnConfig): ColumnConfig {
  if (column.encoding !== 'text') return column;
  return { ...column, encoding: column.role === 'target' ? 'label' : 'embedding' };
}
