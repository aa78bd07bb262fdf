import { WorkbenchError } from '../../base/errors.ts';
import type { ColumnConfig } from '../../contract/data.ts';
import type { Experiment } from '../../contract/experiment.ts';
import { arrange } from '../arrange.ts';
import { cutParts } from '../deal-samples.ts';
import type { DroppedRows } from '../preparation.ts';
import { type Part, parts } from '../segments.ts';
import { type Column, findColumn, type Table } from '../table.ts';
import { stateColumnNames } from '../used-columns.ts';
import { asCategory, type DocumentRows, documentRows, type TextUse, textUseOf } from './documents.ts';
import { importTokenizer } from './import-tokenizer.ts';
import { type TokenSequences, textAt, tokenSequences } from './sequences.ts';
import type { TextPreparation } from './text-preparation.ts';
import { createTokenizer, withSpecialTokens } from './tokenizer.ts';
import type { TokenizerFile } from './tokenizer-file.ts';
import { trainCellTokenizer, trainTokenizer } from './train-tokenizer.ts';

/** Files that an experiment names and that the engine cannot read by itself. */
export interface TextResources {
  /** Text of `data.text.file`. */
  readonly tokenizer?: { readonly name: string; readonly text: string };
}

/**
 * A table of texts as a table of tokens, one a row, with an experiment that reads it: every text is a series, every
 * token an embedded category whose categories are the vocabulary. All that follows is as for any table.
 */
export interface TextView {
  readonly experiment: Experiment;
  readonly table: Table;
  /** Row of the table of texts (from 0) of each row of the table of tokens. */
  readonly rowOf: Int32Array;
  /** Rows of the table of texts by part; null where rows are tokens themselves. */
  readonly documents: DocumentRows | null;
  readonly sequences: TokenSequences | null;
}

/**
 * Learns the tokenizer from the training part.
 * @returns null where no column has the encoding "text".
 * @throws data/unreadable for a tokenizer file that cannot be used; config/impossible.
 */
export function fitText(
  experiment: Experiment,
  table: Table,
  resources: TextResources,
): { readonly view: TextView; readonly text: TextPreparation } | null {
  const use = textUseOf(experiment);
  if (use === null) return null;
  const documents = use.kind === 'cells' ? null : documentRows(experiment, table, false);
  const training = documents === null ? trainingCells(experiment, table) : documents.rows.train;
  const file = tokenizerOf(experiment, table, use, training, resources);
  const view = makeView(experiment, table, use, file, documents);
  const { sequences } = view;
  return {
    view,
    text: {
      tokenizer: file,
      trainedOn: experiment.data.text.tokenizer === 'file' ? 0 : training.length,
      tokens: sequences?.counts ?? { train: training.length, validation: 0, test: 0 },
      unknown:
        sequences === null || sequences.later.tokens === 0
          ? 0
          : sequences.later.unknown / sequences.later.tokens,
      truncated: sequences?.truncated ?? 0,
    },
  };
}

/** The table of tokens of a table of texts, by a tokenizer that was learned before; null where there is no text. */
export function viewText(
  experiment: Experiment,
  table: Table,
  text: TextPreparation | null,
  predicting: boolean,
): TextView | null {
  const use = textUseOf(experiment);
  if (use === null || text === null) return null;
  const documents = use.kind === 'cells' ? null : documentRows(experiment, table, predicting);
  return makeView(experiment, table, use, text.tokenizer, documents);
}

/** Sentences about the texts that deserve a second look. */
export function textWarnings({ truncated, unknown }: TextPreparation, { data }: Experiment): string[] {
  const { maximumLength, truncate } = data.text;
  const percent = `${(100 * unknown).toFixed(1)} %`;
  return [
    ...(truncated > 0
      ? [
          `${truncated} ${truncated === 1 ? 'text is' : 'texts are'} longer than ${maximumLength} tokens; ${truncate === 'end' ? 'the end' : 'the beginning'} of each is left out (data.text.maximumLength, data.text.truncate).`,
        ]
      : []),
    ...(unknown > 0.1
      ? [
          `${percent} of the tokens outside of the training part are unknown to the tokenizer; byte pairs or characters know every text (data.text.tokenizer).`,
        ]
      : []),
  ];
}

function tokenizerOf(
  { data }: Experiment,
  table: Table,
  use: TextUse,
  training: Int32Array,
  resources: TextResources,
): TokenizerFile {
  const { text } = data;
  if (use.kind === 'cells' && text.tokenizer !== 'word') {
    throw new WorkbenchError('config/impossible', 'Where every row is one token, tokens are whole cells', {
      where: 'data.text.tokenizer',
      hint: 'Set it to "word".',
    });
  }
  if (text.tokenizer === 'file') {
    if (resources.tokenizer === undefined) {
      throw new WorkbenchError(
        'config/impossible',
        'The tokenizer is to come from a file, but none is named',
        {
          where: 'data.text.file',
          hint: 'Set data.text.file to the path of a tokenizer.json, or choose another tokenizer.',
        },
      );
    }
    return withSpecialTokens(importTokenizer(resources.tokenizer.text, resources.tokenizer.name));
  }
  const names = use.kind === 'pairs' ? [...use.sources, use.target] : use.sources;
  const columns = names.map((name) => findColumn(table, name));
  const texts = textsOf(columns, training);
  return use.kind === 'cells'
    ? trainCellTokenizer(text, texts)
    : trainTokenizer(text, withBreaks(texts, data.text));
}

function* textsOf(columns: readonly Column[], rows: Int32Array): Generator<string> {
  for (const row of rows) for (const column of columns) yield textAt(column, row);
}

/** Joined lines are parted by line breaks, which the tokenizer has to know. */
function* withBreaks(texts: Iterable<string>, { documents }: Experiment['data']['text']): Generator<string> {
  for (const text of texts) yield documents === 'joined' ? `${text}\n` : text;
}

function trainingCells(experiment: Experiment, table: Table): Int32Array {
  const categories = asCategories(experiment);
  const arrangement = arrange(categories, table);
  const { starts, lengths } = cutParts(arrangement).lists.train;
  const rows = new Set<number>();
  starts.forEach((start, sample) => {
    for (let at = start; at < start + (lengths[sample] as number); at++) {
      const row = arrangement.ordered.rows[at];
      if (row !== undefined) rows.add(row);
    }
  });
  return Int32Array.from(rows);
}

function asCategories(experiment: Experiment): Experiment {
  const columns = experiment.data.columns.map(asCategory);
  return { ...experiment, data: { ...experiment.data, columns } };
}

function makeView(
  experiment: Experiment,
  table: Table,
  use: TextUse,
  file: TokenizerFile,
  documents: DocumentRows | null,
): TextView {
  const tokenizer = createTokenizer(file);
  if (use.kind === 'cells' || documents === null) {
    const columns = table.columns.map((column) =>
      use.sources.includes(column.name) ? cellTokens(column, table.rowCount, tokenizer) : column,
    );
    return {
      experiment: asCategories(experiment),
      table: { ...table, columns },
      rowOf: Int32Array.from({ length: table.rowCount }, (_, row) => row),
      documents: null,
      sequences: null,
    };
  }
  const sequences = tokenSequences(experiment, table, use, tokenizer, documents);
  return {
    ...tokenTable(experiment, table, use, tokenizer.vocabulary, sequences),
    rowOf: sequences.rows,
    documents,
    sequences,
  };
}

function cellTokens(column: Column, rowCount: number, tokenizer: ReturnType<typeof createTokenizer>): Column {
  const { vocabulary, special } = tokenizer;
  const code = (text: string): number => tokenizer.encode(text)[0] ?? special.unknown ?? -1;
  const known = column.type === 'text' ? column.dictionary.map(code) : null;
  const codes = Int32Array.from({ length: rowCount }, (_, row) => {
    if (known !== null && column.type === 'text') return known[column.codes[row] as number] ?? -1;
    const text = textAt(column, row);
    return text === '' ? -1 : code(text);
  });
  return { name: column.name, type: 'text', codes, dictionary: vocabulary, almost: null, vocabulary: true };
}

/** One row a token: the token, the columns of its text repeated, its sequence, part and weight. */
function tokenTable(
  experiment: Experiment,
  table: Table,
  use: Exclude<TextUse, { kind: 'cells' }>,
  vocabulary: readonly string[],
  sequences: TokenSequences,
): { readonly experiment: Experiment; readonly table: Table } {
  const { data, task } = experiment;
  const { tokens, rows } = sequences;
  const [token = ''] = use.sources;
  const texts = new Set<string>(use.kind === 'pairs' ? [...use.sources, use.target] : use.sources);
  const taken = new Set(table.columns.map(({ name }) => name));
  const fresh = (name: string): string => (taken.has(name) ? fresh(`${name}_`) : name);
  const names = { sequence: fresh('document'), part: fresh('part'), weight: fresh('weight') };
  const kept = data.columns.filter(
    ({ name, role }) =>
      !texts.has(name) && role !== 'time' && role !== 'series' && role !== 'split' && role !== 'ignore',
  );
  const repeated = new Set([...kept.map(({ name }) => name), ...stateColumnNames(experiment)]);
  const weigh = sequences.weights !== null;
  const weight = kept.find(({ role }) => role === 'weight');
  const columns: ColumnConfig[] = [
    { name: token, role: task === 'next' ? 'featureAndTarget' : 'feature', encoding: 'embedding' },
    ...kept.filter((column) => !weigh || column !== weight),
    { name: names.sequence, role: 'series', encoding: 'numeric' },
    { name: names.part, role: 'split', encoding: 'numeric' },
    ...(weigh ? [{ name: names.weight, role: 'weight' as const, encoding: 'numeric' as const }] : []),
  ];
  const joined = use.kind === 'model' && data.text.documents === 'joined';
  const partCodes = new Map(parts.map((part, code) => [part, code]));
  const partOfToken = sequences.sequences.map(
    (sequence) => partCodes.get(sequences.parts[sequence] as Part) ?? 0,
  );
  return {
    experiment: {
      ...experiment,
      data: {
        ...data,
        columns,
        sequence: joined ? data.sequence : 'whole',
        firstStep: 'data',
        duplicates: 'error',
        split: { kind: 'column', train: ['train'], validation: ['validation'], test: ['test'] },
      },
    },
    table: {
      name: table.name,
      rowCount: tokens.length,
      columns: [
        { name: token, type: 'text', codes: tokens, dictionary: vocabulary, almost: null, vocabulary: true },
        ...table.columns.filter(({ name }) => repeated.has(name)).map((column) => gather(column, rows)),
        {
          name: names.sequence,
          type: 'integer',
          values: joined ? new Float64Array(tokens.length) : Float64Array.from(sequences.sequences),
        },
        { name: names.part, type: 'text', codes: partOfToken, dictionary: parts, almost: null },
        ...(sequences.weights === null
          ? []
          : [
              {
                name: names.weight,
                type: 'number' as const,
                values: weighted(sequences.weights, table, weight, rows),
              },
            ]),
      ],
    },
  };
}

function weighted(
  weights: Float64Array,
  table: Table,
  config: ColumnConfig | undefined,
  rows: Int32Array,
): Float64Array {
  const column = table.columns.find(({ name }) => name === config?.name);
  if (column === undefined || column.type === 'text') return weights;
  return weights.map((weight, at) => weight * (column.values[rows[at] as number] as number));
}

function gather(column: Column, rows: Int32Array): Column {
  if (column.type === 'text') return { ...column, codes: rows.map((row) => column.codes[row] as number) };
  return { ...column, values: Float64Array.from(rows, (row) => column.values[row] as number) };
}

/** Rows of texts that were read, used and left out. */
export function documentCounts(view: TextView, table: Table) {
  const dropped: readonly DroppedRows[] = view.documents?.dropped ?? [];
  const left = dropped.reduce((sum, { count }) => sum + count, 0);
  return { read: table.rowCount, used: table.rowCount - left, dropped: [...dropped] };
}
