import { dataEndings } from '../../../engine/contract/files.ts';
import { parseLines } from '../../../engine/data/formats/lines.ts';
import type { FormatReader } from './format-reader.ts';
import { readText } from './read-bytes.ts';

/** Plain text: every line is a row. In a folder every file is one, see read-folder.ts. */
export const textReader: FormatReader = {
  format: 'text',
  endings: dataEndings.text,
  matches: () => false,
  read: async (part, config) => {
    const { text, encoding, notes } = await readText(part, config);
    const table = parseLines(text, part.name);
    return {
      kind: 'parsed',
      table: { ...table, notes: [...notes, ...table.notes] },
      found: { encoding },
      choices: {},
    };
  },
};
