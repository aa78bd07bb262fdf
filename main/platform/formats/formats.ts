import { extname } from 'node:path';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import type { SourceConfig, SourceFormat } from '../../../engine/contract/source.ts';
import { decoderName, findEncoding } from '../../../engine/data/formats/encoding.ts';
import { looksLikeConll } from '../../../engine/data/text/parse-conll.ts';
import { looksLikePairs } from '../../../engine/data/text/parse-pairs.ts';
import { findDialect } from '../tables/dialect.ts';
import { arrowReader } from './arrow.ts';
import { beginsWith } from './begins-with.ts';
import { csvReader } from './csv.ts';
import { excelReader } from './excel.ts';
import type { FormatReader, SourcePart } from './format-reader.ts';
import { hdf5Reader } from './hdf5.ts';
import { jsonLinesReader, jsonReader } from './json.ts';
import { numpyReader } from './numpy.ts';
import { parquetReader } from './parquet.ts';
import { readHead } from './read-bytes.ts';
import { conllReader, pairsReader, tmxReader } from './tagged-text.ts';
import { textReader } from './text.ts';
import { wavReader } from './wav.ts';

/** Every format that is read. Those with a signature of their own come before those that are told by their text. */
export const formatReaders: readonly FormatReader[] = [
  parquetReader,
  arrowReader,
  numpyReader,
  hdf5Reader,
  excelReader,
  jsonReader,
  jsonLinesReader,
  wavReader,
  tmxReader,
  conllReader,
  pairsReader,
  csvReader,
  textReader,
];

/** Files that are known and not read, by their beginning. */
const refused: readonly { readonly start: string; readonly what: string; readonly hint: string }[] = [
  {
    start: '\xd0\xcf\x11\xe0',
    what: 'an old Excel workbook (.xls)',
    hint: 'Save it as .xlsx or CSV and import that.',
  },
  { start: '\x89PNG', what: 'a PNG image', hint: 'Export the table as CSV and import that.' },
  { start: '%PDF', what: 'a PDF document', hint: 'Export the table as CSV and import that.' },
  { start: '\x7fELF', what: 'a program', hint: 'Export the table as CSV and import that.' },
  { start: 'SQLite format 3', what: 'an SQLite database', hint: 'Export the table as CSV and import that.' },
  { start: 'Rar!', what: 'a RAR archive', hint: 'Unpack it and import the file.' },
  { start: "7z\xbc\xaf'\x1c", what: 'a 7z archive', hint: 'Unpack it and import the file.' },
  { start: 'BZh', what: 'a bzip2 archive', hint: 'Unpack it and import the file.' },
  { start: '\xfd7zXZ', what: 'an xz archive', hint: 'Unpack it and import the file.' },
  { start: '\x28\xb5\x2f\xfd', what: 'a zstd archive', hint: 'Unpack it and import the file.' },
];

const headBytes = 1 << 16;

/** The reader of a format. */
export function readerOf(format: SourceFormat): FormatReader {
  const reader = formatReaders.find((candidate) => candidate.format === format);
  if (reader !== undefined) return reader;
  throw new WorkbenchError('internal', `There is no reader of ${format}`);
}

/**
 * Finds the format of a plain file: by a person's wish, by its first bytes, by the ending of its name, and for text by
 * what it looks like.
 * @throws data/not-text for formats that are known and not read.
 */
export async function findFormat(part: SourcePart, config: SourceConfig): Promise<FormatReader> {
  if (config.format !== null) return readerOf(config.format);
  const head = await readHead(part.path, headBytes);
  const known = formatReaders.find(({ matches }) => matches(head));
  if (known !== undefined) return known;
  const not = refused.find(({ start }) => beginsWith(head, start));
  if (not !== undefined) {
    throw new WorkbenchError('data/not-text', `This is not a table: it is ${not.what}`, {
      where: part.name,
      hint: not.hint,
    });
  }
  const ending = extname(part.name).slice(1).toLowerCase();
  const named = formatReaders.find(({ endings }) => endings.includes(ending));
  const { encoding, mark } = findEncoding(head, head.length < headBytes);
  const text = new TextDecoder(decoderName(encoding)).decode(head.subarray(mark));
  if (named !== undefined && named !== textReader) return named;
  const beginning = head.length < headBytes ? text : text.slice(0, text.lastIndexOf('\n') + 1);
  if (looksLikeConll(beginning)) return conllReader;
  if (looksLikePairs(beginning)) return pairsReader;
  if (named === textReader) return isTable(text, head.length < headBytes) ? csvReader : textReader;
  return looksLikeJson(text) ?? csvReader;
}

function looksLikeJson(text: string): FormatReader | null {
  const [first = ''] = text.trimStart().split('\n');
  if (!/^[[{]/.test(first)) return null;
  try {
    JSON.parse(first);
    return text.trim().includes('\n') && /^\{/.test(first) ? jsonLinesReader : jsonReader;
  } catch {
    return /^(\[|\{)\s*($|["{[])/.test(first) ? jsonReader : null;
  }
}

/** A text file is a table where its lines have the same number of cells, two or more, and some of them are numbers. */
function isTable(text: string, complete: boolean): boolean {
  const lines = text.split(/\r\n|\n|\r/);
  if (!complete) lines.pop();
  const filled = lines.filter((line) => line.trim() !== '' && !/^[#%]/.test(line)).slice(0, 100);
  if (filled.length < 2) return false;
  const dialect = findDialect(filled.join('\n'), true);
  const { delimiter } = dialect;
  const spaced = filled.map((line) => line.trim().split(/ +/).length);
  const numeric = (line: string) => /(^|[\s,;|])[+-]?\d+([.,]\d+)?([\s,;|]|$)/.test(line);
  const numbers = filled.slice(1).filter(numeric).length >= (filled.length - 1) * 0.9;
  const cells = filled.map((line) => line.split(delimiter).length);
  const even = dialect.names.length > 1 && cells.every((count) => count === cells[0]);
  if (even && (delimiter === '\t' || numbers)) return true;
  return (
    numbers &&
    (spaced[0] ?? 0) > 1 &&
    spaced.every((count) => count === spaced[0]) &&
    filled.slice(1).every((line) =>
      line
        .trim()
        .split(/ +/)
        .every((cell) => /^[+-]?[\d.]+([eE][+-]?\d+)?$/.test(cell)),
    )
  );
}
