import { WorkbenchError } from '../../base/errors.ts';
import type { ParsedColumn, ParsedTable } from '../formats/parsed-table.ts';
import { findTagScheme, toBio } from './tag-schemes.ts';

const document = '-DOCSTART-';

interface Line {
  readonly number: number;
  readonly cells: readonly string[];
  readonly sentence: number;
  readonly document: number;
}

/**
 * CoNLL: a token a line, columns between tabs or blanks, a blank line after a sentence, `-DOCSTART-` before a document,
 * comments with `#`. The last column holds the tags, which become BIO whatever their scheme; of CoNLL-U (ten columns)
 * it is the universal part of speech.
 * @throws data/empty, data/ragged-rows with the line.
 */
export function parseConll(text: string, name: string): ParsedTable {
  const source = text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/);
  const width = columnCount(source);
  const kept: Line[] = [];
  let read = 0;
  let comments = 0;
  let starts = 0;
  let fragments = 0;
  let sentence = 0;
  let open = false;
  source.forEach((content, index) => {
    if (content.trim() === '') {
      open = false;
      return;
    }
    read++;
    const cells = cellsOf(content);
    if (isComment(content, cells, width)) {
      comments++;
      return;
    }
    if (cells[0] === document) {
      starts++;
      open = false;
      return;
    }
    if (cells.length !== width) throw ragged(name, index + 1, cells.length, width);
    if (width === 10 && /^\d+[-.]\d+$/.test(cells[0] as string)) {
      fragments++;
      return;
    }
    if (!open) sentence++;
    open = true;
    kept.push({ number: index + 1, cells, sentence, document: Math.max(1, starts) });
  });
  if (kept.length === 0) {
    throw new WorkbenchError('data/empty', 'The file has no tokens', {
      where: name,
      hint: 'Give a file with a token and its tag in every line and a blank line after each sentence.',
    });
  }
  const { columns, notes } = columnsOf(kept, width, starts > 1);
  const dropped = [
    { reason: 'comment', count: comments },
    { reason: `${document} line`, count: starts },
    { reason: 'word that is written in several lines of its own', count: fragments },
  ].filter(({ count }) => count > 0);
  return { columns, rowCount: kept.length, read, dropped, notes };
}

/** Whether the beginning of a text reads as CoNLL: short lines with the same few columns, and blank lines between. */
export function looksLikeConll(text: string): boolean {
  const lines = text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\n|\r/)
    .slice(0, -1);
  if (lines.some((line) => line.startsWith(document))) return true;
  if (!lines.some((line, index) => line.trim() === '' && index > 0)) return false;
  const width = columnCount(lines);
  if (width < 2) return false;
  const filled = lines.filter((line) => line.trim() !== '' && !isComment(line, cellsOf(line), width));
  if (filled.length < 2 || filled.some((line) => cellsOf(line).length !== width)) return false;
  const tags = new Set(filled.map((line) => cellsOf(line).at(-1) as string));
  return tags.size <= Math.max(4, filled.length / 2);
}

/** Tabs where the line has any, so that a token may hold a blank. */
function cellsOf(line: string): string[] {
  return line.includes('\t') ? line.replace(/\t+$/, '').split('\t') : line.trim().split(/[ \u00a0]+/);
}

/** The number of columns that most of the first lines have. */
function columnCount(lines: readonly string[]): number {
  const counts = new Map<number, number>();
  for (const line of lines.slice(0, 2000)) {
    if (line.trim() === '' || /^#\s/.test(line)) continue;
    const { length } = cellsOf(line);
    counts.set(length, (counts.get(length) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]?.[0] ?? 0;
}

/** `# text = ...` of CoNLL-U and other remarks; a token "#" has as many columns as its neighbors. */
function isComment(line: string, cells: readonly string[], width: number): boolean {
  return line.startsWith('#') && (cells.length !== width || /^#\s*[\w.:-]+\s*=/.test(line));
}

function ragged(name: string, line: number, found: number, width: number): WorkbenchError {
  return new WorkbenchError(
    'data/ragged-rows',
    `A line has ${found} columns where the others have ${width}`,
    {
      where: `${name}, line ${line}`,
      hint: 'Give every token as many columns; a blank line ends a sentence.',
      data: { line },
    },
  );
}

function columnsOf(
  lines: readonly Line[],
  width: number,
  documents: boolean,
): { readonly columns: ParsedColumn[]; readonly notes: string[] } {
  const notes: string[] = [];
  const names = columnNames(lines, width);
  const last = names.indexOf('tag');
  const tags = lines.map(({ cells }) => cells[last] ?? '');
  const sentences = new Map<number, string[]>();
  lines.forEach(({ sentence }, index) => {
    const known = sentences.get(sentence);
    if (known === undefined) sentences.set(sentence, [tags[index] as string]);
    else known.push(tags[index] as string);
  });
  const scheme = last < 0 ? null : findTagScheme(sentences.values());
  let bio = tags;
  if (scheme !== null) {
    bio = [...sentences.values()].flatMap((sentence) => toBio(sentence, scheme));
    notes.push(
      scheme === 'BIO'
        ? 'The tags mark entities by BIO (IOB2).'
        : `The tags mark entities by ${scheme}; they were converted to BIO (B- at the beginning of every entity).`,
    );
  }
  const integers = (name: string, values: readonly number[]): ParsedColumn => ({
    name,
    kind: 'integer',
    values: Float64Array.from(values),
    format: null,
  });
  return {
    notes,
    columns: [
      ...(documents
        ? [
            integers(
              'document',
              lines.map((line) => line.document),
            ),
          ]
        : []),
      integers(
        'sentence',
        lines.map(({ sentence }) => sentence),
      ),
      ...names.map(
        (name, index): ParsedColumn => ({
          name,
          kind: 'text',
          values: index === last ? bio : lines.map(({ cells }) => cells[index] ?? null),
          guess: 'none',
        }),
      ),
    ],
  };
}

const universal = [
  'id',
  'token',
  'lemma',
  'tag',
  'xpos',
  'features',
  'head',
  'relation',
  'dependencies',
  'misc',
];

function columnNames(lines: readonly Line[], width: number): string[] {
  if (width === 10) return universal;
  if (width === 1) return ['token'];
  const numbered =
    width > 2 &&
    lines.every(
      ({ cells }, index) => cells[0] === '1' || Number(cells[0]) === Number(lines[index - 1]?.cells[0]) + 1,
    );
  const first = numbered ? ['index', 'token'] : ['token'];
  const middle = width - first.length - 1;
  const between =
    middle === 2
      ? ['pos', 'chunk']
      : middle === 1
        ? ['pos']
        : Array.from({ length: middle }, (_, i) => `column${first.length + i + 1}`);
  return [...first, ...between, 'tag'];
}
