import { SaxesParser } from 'saxes';
import { WorkbenchError } from '../../base/errors.ts';
import type { ParsedColumn, ParsedTable } from '../formats/parsed-table.ts';

function texts(name: string, values: readonly (string | null)[]): ParsedColumn {
  return { name, kind: 'text', values, guess: 'none' };
}

/**
 * Sentence pairs, one a line with a tab between them; quotes are letters like any other. Further columns (sources and
 * licenses, as in the files of Tatoeba) are left out.
 * @throws data/empty, data/ragged-rows with the line.
 */
export function parsePairs(text: string, name: string): ParsedTable {
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/);
  if (lines.at(-1) === '') lines.pop();
  const sources: string[] = [];
  const targets: string[] = [];
  let blank = 0;
  let more = 0;
  lines.forEach((line, index) => {
    if (line.trim() === '') {
      blank++;
      return;
    }
    const [source, target, ...others] = line.split('\t');
    if (source === undefined || target === undefined || source.trim() === '' || target.trim() === '') {
      throw new WorkbenchError('data/ragged-rows', 'A line holds no pair of sentences', {
        where: `${name}, line ${index + 1}`,
        hint: 'Put a tab between the two sentences of every line.',
        data: { line: index + 1 },
      });
    }
    sources.push(source.trim());
    targets.push(target.trim());
    more = Math.max(more, others.length);
  });
  if (sources.length === 0) throw new WorkbenchError('data/empty', 'The file has no pairs', { where: name });
  return {
    columns: [texts('source', sources), texts('target', targets)],
    rowCount: sources.length,
    read: lines.length,
    dropped: blank === 0 ? [] : [{ reason: 'blank line', count: blank }],
    notes:
      more === 0 ? [] : [`What follows the second sentence of a line is left out (${more} more columns).`],
  };
}

/** Whether the beginning of a text reads as pairs: sentences of several words on both sides of a tab in every line. */
export function looksLikePairs(text: string): boolean {
  const lines = text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\n|\r/)
    .slice(0, -1)
    .filter((line) => line.trim() !== '');
  if (lines.length < 2) return false;
  const cells = lines.map((line) => line.split('\t'));
  const [width = 0] = cells.map(({ length }) => length);
  if (width < 2 || width > 4 || cells.some((row) => row.length !== width)) return false;
  const words = (index: number): number =>
    cells.reduce((sum, row) => sum + (row[index] as string).trim().split(/\s+/).length, 0) / cells.length;
  const letters = cells.filter(([a = '', b = '']) => /\p{L}/u.test(a) && /\p{L}/u.test(b)).length;
  return letters > cells.length * 0.8 && (words(0) >= 1.5 || words(1) >= 1.5);
}

/** Inline codes of TMX whose content is markup of another program, not text. */
const markup = new Set(['bpt', 'ept', 'ph', 'it', 'ut']);

/**
 * Translation Memory eXchange (TMX 1.4): a row a unit, a column a language. Inline codes are left out, units in fewer
 * than two languages too.
 * @throws data/unreadable with the place for what is no XML or no TMX; data/empty.
 */
export function parseTmx(text: string, name: string): ParsedTable {
  const reader = new UnitReader();
  const parser = new SaxesParser({ position: true });
  const unreadable = (message: string, cause?: unknown) =>
    new WorkbenchError('data/unreadable', message, {
      where: `${name}, line ${parser.line}`,
      hint: 'Give a TMX file as translation programs export it.',
      cause,
    });
  parser.on('error', (cause) => {
    throw unreadable('The file is not well-formed XML', cause);
  });
  parser.on('opentag', ({ name: tag, attributes }) => {
    reader.open(tag, String(attributes['xml:lang'] ?? attributes.lang ?? ''));
  });
  parser.on('text', (part) => {
    reader.text(part);
  });
  parser.on('cdata', (part) => {
    reader.text(part);
  });
  parser.on('closetag', ({ name: tag }) => {
    reader.close(tag);
  });
  try {
    parser.write(text.replace(/^\ufeff/, '')).close();
  } catch (error) {
    if (error instanceof WorkbenchError) throw error;
    throw unreadable('The file is not well-formed XML', error);
  }
  if (reader.root !== 'tmx') throw unreadable(`The file is no TMX: its root is "${reader.root}"`);
  const complete = reader.units.filter((unit) => unit.size >= 2);
  if (complete.length === 0) {
    throw new WorkbenchError('data/empty', 'The file has no unit in two languages', { where: name });
  }
  const languages = [...new Set(complete.flatMap((unit) => [...unit.keys()]))];
  const left = reader.units.length - complete.length;
  return {
    columns: languages.map((language) =>
      texts(
        language,
        complete.map((unit) => unit.get(language) ?? null),
      ),
    ),
    rowCount: complete.length,
    read: reader.units.length,
    dropped: left === 0 ? [] : [{ reason: 'unit in fewer than two languages', count: left }],
    notes: [],
  };
}

/** Collects the segments of units as tags go by. */
class UnitReader {
  readonly units: Map<string, string>[] = [];
  root = '';
  #language = '';
  #segment: string | null = null;
  #codes = 0;

  open(tag: string, language: string): void {
    if (this.root === '') this.root = tag;
    if (tag === 'tu') this.units.push(new Map());
    else if (tag === 'tuv') this.#language = language.toLowerCase() || 'und';
    else if (tag === 'seg') this.#segment = '';
    else if (this.#segment !== null && markup.has(tag)) this.#codes++;
  }

  text(part: string): void {
    if (this.#segment !== null && this.#codes === 0) this.#segment += part;
  }

  close(tag: string): void {
    if (tag === 'seg') {
      const text = (this.#segment ?? '').replaceAll(/\s+/gu, ' ').trim();
      const unit = this.units.at(-1);
      if (text !== '' && unit !== undefined && !unit.has(this.#language)) unit.set(this.#language, text);
      this.#segment = null;
      this.#codes = 0;
    } else if (this.#segment !== null && markup.has(tag)) this.#codes--;
  }
}
