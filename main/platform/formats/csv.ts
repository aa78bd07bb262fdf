import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { dataEndings } from '../../../engine/contract/files.ts';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import type { SourceConfig } from '../../../engine/contract/source.ts';
import { decoderName, type FoundEncoding } from '../../../engine/data/formats/encoding.ts';
import { requireGoing } from '../tables/canceled.ts';
import { type ScannedFile, scanFile, statFile } from '../tables/scan-file.ts';
import type { FormatReader, PartReading, ReadContext, SourcePart } from './format-reader.ts';
import { encodingNotes, encodingOf, notDecoded, readHead } from './read-bytes.ts';

const sampleBytes = 1 << 20;

/** Comma-separated values and the like: any delimiter, quotes, comments and encoding. Of any size. */
export const csvReader: FormatReader = {
  format: 'csv',
  endings: dataEndings.csv,
  matches: () => false,
  read: readCsv,
};

async function readCsv(part: SourcePart, config: SourceConfig, context: ReadContext): Promise<PartReading> {
  const { size } = await statFile(part.path);
  const head = await readHead(part.path, sampleBytes);
  const found = encodingOf(head, head.length >= size, config);
  try {
    return await readEncoded(part, config, context, found, head);
  } catch (error) {
    // The beginning is plain ASCII or UTF-8, and something further down is not.
    const later = error instanceof WorkbenchError && error.data.encoding === 'unknown';
    if (!later || config.encoding !== null) throw error;
    const whole = encodingOf(await readHead(part.path, Math.min(size, 64 << 20)), true, config);
    if (whole.encoding === 'utf-8') throw error;
    return readEncoded(part, config, context, whole, head);
  }
}

async function readEncoded(
  part: SourcePart,
  config: SourceConfig,
  context: ReadContext,
  encoding: FoundEncoding,
  head: Uint8Array,
): Promise<PartReading> {
  const { signal, onBytes } = context;
  const start = beginning(head, encoding);
  const comment = config.comment ?? findComment(start);
  const spaced = config.delimiter === ' ' || (config.delimiter === null && isSpaced(start, comment));
  const lone =
    config.delimiter === null &&
    !start
      .split(/\r\n|\n|\r/)
      .some((line) => !(comment !== '' && line.startsWith(comment)) && /[,;\t| ]/.test(line));
  const plain = encoding.encoding === 'utf-8' && comment === '' && !spaced;
  const rewritten = plain ? null : await rewrite(part, encoding, { comment, spaced, lone }, context);
  const scanned: ScannedFile = await scanFile(rewritten?.path ?? part.path, {
    name: part.name,
    wishes: { ...config, delimiter: spaced ? '\t' : config.delimiter },
    signal,
    onBytes,
  });
  const blankLines = scanned.blankLines - (lone ? 0 : (rewritten?.comments ?? 0));
  const { delimiter, quote, header, decimalComma, thousands } = scanned.dialect;
  const notes = encodingNotes(encoding);
  if (spaced) notes.push('Cells are separated by spaces.');
  const comments = rewritten?.comments ?? 0;
  if (comments > 0) {
    notes.push(
      comments === 1
        ? `One line that begins with "${comment}" is a comment and left out.`
        : `${comments} lines that begin with "${comment}" are comments and left out.`,
    );
  }
  return {
    kind: 'csv',
    scanned: { ...scanned, blankLines: Math.max(0, blankLines) },
    dropped: [],
    notes,
    choices: {},
    found: {
      encoding: encoding.encoding,
      delimiter: spaced ? ' ' : delimiter,
      quote,
      comment,
      header,
      decimalComma,
      thousands,
    },
  };
}

/** The first lines as text, whatever cannot be decoded replaced. */
function beginning(head: Uint8Array, { encoding, mark }: FoundEncoding): string {
  return new TextDecoder(decoderName(encoding)).decode(head.subarray(mark, mark + 65_536));
}

/** "#" or "%" where the first line begins with it and the line after the comments does not. */
function findComment(text: string): string {
  const lines = text.split(/\r\n|\n|\r/).filter((line) => line.trim() !== '');
  const first = lines[0]?.[0] ?? '';
  if (first !== '#' && first !== '%') return '';
  const data = lines.findIndex((line) => !line.startsWith(first));
  if (data < 1) return '';
  const cells = (line: string) => line.split(/[,;\t|]/).length;
  // A lone first line with as many cells as the data is the header, though it begins with "#".
  const names = data === 1 && cells(lines[0] ?? '') === cells(lines[1] ?? '') && cells(lines[1] ?? '') > 1;
  return names && /^#\s*\S/.test(lines[0] ?? '') ? '' : first;
}

/** Whether lines are numbers between spaces, as many in each, and no other delimiter is there. */
function isSpaced(text: string, comment: string): boolean {
  const lines = text
    .split(/\r\n|\n|\r/)
    .slice(0, 60)
    .filter((line) => line.trim() !== '' && !(comment !== '' && line.startsWith(comment)));
  if (lines.length > 1 && text.length >= 65_536) lines.pop();
  const rows = lines.map((line) => line.trim().split(/ +/));
  const width = rows[1]?.length ?? rows[0]?.length ?? 0;
  if (rows.length < 2 || width < 2 || lines.some((line) => /[,;\t|"]/.test(line))) return false;
  if (rows.some((row) => row.length !== width)) return false;
  const numbers = rows
    .slice(1)
    .flat()
    .filter((cell) => /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(cell));
  return numbers.length >= (rows.length - 1) * width * 0.5;
}

interface Rewriting {
  readonly comment: string;
  readonly spaced: boolean;
  /** Of a single column, in which a blank line is a missing cell: comments go with their line ends. */
  readonly lone: boolean;
}

/**
 * Writes the text anew as UTF-8. Comments become blank lines, so that the numbers of lines stay, and runs of spaces
 * become tabs.
 */
async function rewrite(
  part: SourcePart,
  { encoding, mark }: FoundEncoding,
  { comment, spaced, lone }: Rewriting,
  { signal, scratch }: ReadContext,
): Promise<{ path: string; comments: number }> {
  const path = await scratch('text.csv');
  const decoder = new TextDecoder(decoderName(encoding), { fatal: true, ignoreBOM: true });
  const output = await open(path, 'w');
  let rest = '';
  let comments = 0;
  const change = (lines: string): string => {
    if (comment === '' && !spaced) return lines;
    if (lone) {
      const ofComment = new RegExp(
        `^${comment.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}[^\\r\\n]*(\\r\\n|\\n|\\r|$)`,
        'gm',
      );
      return lines.replace(ofComment, () => {
        comments++;
        return '';
      });
    }
    return lines.replace(/[^\r\n]+/g, (line) => {
      if (comment !== '' && line.startsWith(comment)) {
        comments++;
        return '';
      }
      return spaced ? line.trim().replace(/ +/g, '\t') : line;
    });
  };
  try {
    for await (const chunk of createReadStream(part.path, { start: mark, highWaterMark: 1 << 20 })) {
      requireGoing(signal, part.name);
      const text = rest + decoder.decode(chunk, { stream: true });
      const cut = comment === '' && !spaced ? text.length : text.lastIndexOf('\n') + 1;
      rest = text.slice(cut);
      await output.write(change(text.slice(0, cut)));
    }
    await output.write(change(rest + decoder.decode()));
  } catch (cause) {
    throw cause instanceof TypeError ? notDecoded(part.name, encoding, cause) : cause;
  } finally {
    await output.close();
  }
  return { path, comments };
}
