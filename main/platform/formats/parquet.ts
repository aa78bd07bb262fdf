import { literal } from '../tables/database.ts';
import { dataEndings } from '../../../engine/contract/files.ts';
import { beginsWith } from './begins-with.ts';
import type { FormatReader } from './format-reader.ts';

/** Apache Parquet, of any size: DuckDB reads it. */
export const parquetReader: FormatReader = {
  format: 'parquet',
  endings: dataEndings.parquet,
  matches: (head) => beginsWith(head, 'PAR1'),
  read: async (part) => ({
    kind: 'query',
    from: `read_parquet(${literal(part.path)})`,
    found: {},
    choices: {},
  }),
};
