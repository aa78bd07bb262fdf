import { dataEndings } from '../../../engine/contract/files.ts';
import type { SourceFormat } from '../../../engine/contract/source.ts';
import type { ParsedTable } from '../../../engine/data/formats/parsed-table.ts';
import { parseConll } from '../../../engine/data/text/parse-conll.ts';
import { parsePairs, parseTmx } from '../../../engine/data/text/parse-pairs.ts';
import { beginsWith } from './begins-with.ts';
import type { FormatReader } from './format-reader.ts';
import { readText } from './read-bytes.ts';

function reader(
  format: SourceFormat,
  matches: (head: Uint8Array) => boolean,
  parse: (text: string, name: string) => ParsedTable,
): FormatReader {
  return {
    format,
    endings: dataEndings[format],
    matches,
    read: async (part, config) => {
      const { text, encoding, notes } = await readText(part, config);
      const table = parse(text, part.name);
      return {
        kind: 'parsed',
        table: { ...table, notes: [...notes, ...table.notes] },
        found: { encoding },
        choices: {},
      };
    },
  };
}

const never = (): boolean => false;

/** A token and its tags a line; other endings are told by what the text looks like. */
export const conllReader = reader('conll', never, parseConll);

/** Two sentences a line with a tab between them, without a header. */
export const pairsReader = reader('pairs', never, parsePairs);

export const tmxReader = reader('tmx', looksLikeTmx, parseTmx);

/** XML whose first element is tmx, wherever the declaration and the document type end. */
function looksLikeTmx(head: Uint8Array): boolean {
  const mark = head[0] === 0xef ? 3 : 0;
  if (!beginsWith(head, '<', mark)) return false;
  return /^\s*(<\?[^>]*>\s*|<!--[\s\S]*?-->\s*|<!DOCTYPE[^>]*>\s*)*<tmx\b/.test(
    new TextDecoder().decode(head.subarray(mark, mark + 4096)),
  );
}
