import { dataEndings } from '../../../engine/contract/files.ts';
import { parseJson, parseJsonLines } from '../../../engine/data/formats/json-table.ts';
import type { FormatReader } from './format-reader.ts';
import { readText } from './read-bytes.ts';

/** One JSON value with records somewhere in it. */
export const jsonReader: FormatReader = {
  format: 'json',
  endings: dataEndings.json,
  matches: () => false,
  read: async (part, config) => {
    const { text, encoding, notes } = await readText(part, config);
    const { table, path, paths } = parseJson(text, { name: part.name, path: config.path });
    return {
      kind: 'parsed',
      table: { ...table, notes: [...notes, ...table.notes] },
      found: { encoding, path },
      choices: { paths: paths.slice(0, 50) },
    };
  },
};

/** One JSON value a line. */
export const jsonLinesReader: FormatReader = {
  format: 'jsonl',
  endings: dataEndings.jsonl,
  matches: () => false,
  read: async (part, config) => {
    const { text, encoding, notes } = await readText(part, config);
    const table = parseJsonLines(text, { name: part.name, path: config.path });
    return {
      kind: 'parsed',
      table: { ...table, notes: [...notes, ...table.notes] },
      found: { encoding, path: config.path },
      choices: {},
    };
  },
};
