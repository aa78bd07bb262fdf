import type { SourceConfig, ThousandsMark } from '../../../engine/contract/source.ts';
import { nameColumns } from '../../../engine/data/formats/names.ts';

/** How the text of a file is cut into cells. */
export interface Dialect {
  readonly delimiter: string;
  readonly quote: string;
  /** Whether the first record names the columns. */
  readonly header: boolean;
  /** Whether numbers are written 1,5: only where the delimiter is another character. */
  readonly decimalComma: boolean;
  /** What stands between groups of three digits. */
  readonly thousands: ThousandsMark;
  /** Names of the columns: from the header, or column1, column2, ... Never empty, never twice, case not counted. */
  readonly names: readonly string[];
  /** Of each column the first cell that holds something; "" where none of the first rows does. */
  readonly shown: readonly string[];
  /** Sentences about names that had to be changed. */
  readonly notes: readonly string[];
}

const delimiters = [',', ';', '\t', '|'] as const;
const sampleRecords = 200;

/** What a person has said about the dialect; null is found in the text. */
export type DialectWishes = Pick<
  SourceConfig,
  'delimiter' | 'quote' | 'header' | 'decimalComma' | 'thousands'
>;

export const noWishes: DialectWishes = {
  delimiter: null,
  quote: null,
  header: null,
  decimalComma: null,
  thousands: null,
};

/**
 * Finds the dialect from the beginning of a file. DuckDB can sniff one too, but for a file with one row too long it
 * settles for a single column and says nothing; here such a file keeps its delimiter, so that the row can be named.
 * @param complete whether the text is the whole file; otherwise its last line may be cut and is left out.
 */
export function findDialect(text: string, complete: boolean, wishes: DialectWishes = noWishes): Dialect {
  const quote = wishes.quote ?? findQuote(text);
  let best: { delimiter: string; records: string[][]; agreement: number } | null = null;
  for (const delimiter of wishes.delimiter === null ? delimiters : [wishes.delimiter]) {
    const records = cutRecords(text, delimiter, quote, complete);
    const agreement = agreementOf(records);
    if (best === null || agreement > best.agreement) best = { delimiter, records, agreement };
  }
  const { delimiter, records } = best ?? { delimiter: ',', records: [] };
  const [first = [], ...rest] = records;
  const header = wishes.header ?? hasHeader(first, rest);
  const { names, notes } = header
    ? nameColumns(first)
    : { names: first.map((_, i) => `column${i + 1}`), notes: [] };
  const data = header ? rest : records;
  const shown = names.map((_, i) => data.find((record) => (record[i] ?? '') !== '')?.[i] ?? '');
  const cells = rest.flat();
  const decimalComma = wishes.decimalComma ?? findDecimalComma(cells, delimiter);
  const thousands = wishes.thousands ?? findThousands(cells, decimalComma);
  const bare = wishes.header === null;
  return {
    delimiter,
    quote,
    header,
    decimalComma,
    thousands,
    names,
    shown,
    notes: header
      ? notes
      : bare
        ? ['The first row is data, not names; the columns are called column1, column2 and so on.']
        : [],
  };
}

/** 1,5 in a file whose cells end at another character; 1,234,567 and 1,234.5 are groups of digits instead. */
function findDecimalComma(cells: readonly string[], delimiter: string): boolean {
  if (delimiter === ',') return false;
  const commas = cells.filter((cell) => /^[+-]?[\d.'\u00a0\u202f ]*\d,\d+$/.test(cell));
  if (
    commas.length === 0 ||
    cells.some(
      (cell) => /^[+-]?(\d+|\d{1,3}(,\d{3})+)\.\d+$/.test(cell) && !/^[+-]?\d{1,3}\.\d{3}$/.test(cell),
    )
  ) {
    return false;
  }
  return !cells.some((cell) => /^[+-]?\d{1,3}(,\d{3}){2,}$/.test(cell));
}

const thousandsShapes: readonly {
  readonly mark: ThousandsMark;
  readonly decimalComma: boolean | null;
  readonly shape: RegExp;
}[] = [
  { mark: 'comma', decimalComma: false, shape: /^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$/ },
  { mark: 'dot', decimalComma: true, shape: /^[+-]?\d{1,3}(\.\d{3})+(,\d*)?$/ },
  { mark: 'space', decimalComma: null, shape: /^[+-]?\d{1,3}([ \u00a0\u202f]\d{3})+([.,]\d*)?$/ },
  { mark: 'apostrophe', decimalComma: null, shape: /^[+-]?\d{1,3}(['\u2019]\d{3})+([.,]\d*)?$/ },
];

/** The mark that numbers of the file have between their digits, where one does. */
function findThousands(cells: readonly string[], decimalComma: boolean): ThousandsMark {
  for (const { mark, decimalComma: needed, shape } of thousandsShapes) {
    if (needed !== null && needed !== decimalComma) continue;
    if (cells.some((cell) => shape.test(cell))) return mark;
  }
  return 'none';
}

/** The share of records that have as many cells as most of them, 0 where that is one cell. */
function agreementOf(records: readonly string[][]): number {
  const counts = new Map<number, number>();
  for (const record of records) counts.set(record.length, (counts.get(record.length) ?? 0) + 1);
  const [mode, count] = [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? [1, 0];
  return mode === 1 ? 0 : count / records.length;
}

/** Single quotes only where cells begin and end with them and no cell begins with a double one. */
function findQuote(text: string): string {
  if (/(^|[,;|\t\n])"/.test(text)) return '"';
  return /(^|[,;|\t\n])'[^'\n]*'([,;|\t\r\n]|$)/.test(text) ? "'" : '"';
}

/** The first records as trimmed cells; blank lines left out. */
function cutRecords(text: string, delimiter: string, quote: string, complete: boolean): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let cell = '';
  let quoted = false;
  const endCell = () => {
    record.push(cell.trim());
    cell = '';
  };
  const endRecord = () => {
    endCell();
    if (record.length > 1 || record[0] !== '') records.push(record);
    record = [];
  };
  for (let i = 0; i < text.length && records.length < sampleRecords; i++) {
    const character = text[i] as string;
    if (quoted) {
      if (character !== quote) cell += character;
      else if (text[i + 1] === quote) {
        cell += quote;
        i++;
      } else quoted = false;
    } else if (character === quote && cell === '') quoted = true;
    else if (character === delimiter) endCell();
    else if (character === '\n' || character === '\r') {
      if (character === '\r' && text[i + 1] === '\n') i++;
      endRecord();
    } else cell += character;
  }
  if (complete && records.length < sampleRecords && (cell !== '' || record.length > 0)) endRecord();
  return records;
}

const looksLikeValue =
  /^([+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*|\d{1,2}:\d{2}.*)$/;

const looksLikeCount = /^[+-]?\d+$/;

/**
 * The first record is data when all of its cells are numbers or dates, or one of them is a date or a fraction, and no
 * column that goes on with numbers or dates begins with another text. Otherwise it is the header: years and indices
 * serve as names too.
 */
function hasHeader(first: readonly string[], rest: readonly (readonly string[])[]): boolean {
  let values = 0;
  let telling = 0;
  for (let column = 0; column < first.length; column++) {
    const beginning = first[column] as string;
    if (looksLikeValue.test(beginning)) {
      values++;
      if (!looksLikeCount.test(beginning)) telling++;
      continue;
    }
    const followers = rest.map((record) => record[column] ?? '').filter((cell) => cell !== '');
    const follows = followers.filter((cell) => looksLikeValue.test(cell)).length;
    if (follows > followers.length / 2) return true;
  }
  return values < first.length && telling === 0;
}
