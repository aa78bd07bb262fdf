import { resolve } from 'node:path';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import type { ProfileView } from '../../../engine/contract/rpc/datasets.ts';
import {
  type SourceChoices,
  type SourceConfig,
  type SourceFormat,
  type SourceShape,
  sourceChoicesSchema,
  sourceSchema,
} from '../../../engine/contract/source.ts';
import { profileTable } from '../../../engine/data/profile.ts';
import { type Decision, proposeExperiment } from '../../../engine/data/propose.ts';
import { type ColumnType, cellText } from '../../../engine/data/table.ts';
import type { Packing } from '../../platform/formats/archive.ts';
import { statSource, withSource } from '../../platform/formats/open-source.ts';
import { withDatabase } from '../../platform/tables/database.ts';
import { type ImportedSource, importSource } from '../../platform/tables/import-source.ts';
import { loadColumns } from '../../platform/tables/load-table.ts';
import type { ImportOptions } from './import-dataset.ts';
import { profileView } from './profile-view.ts';

/** What a file is, before it is imported: how it is read, what else could be chosen, and its first rows. */
export interface Inspection {
  readonly format: SourceFormat;
  readonly shape: SourceShape;
  /** How it was packed, outermost first. */
  readonly packing: readonly Packing[];
  /** The settings it is read with, found and given. */
  readonly source: SourceConfig;
  readonly choices: SourceChoices;
  readonly columns: readonly { readonly name: string; readonly type: ColumnType }[];
  readonly rows: number;
  readonly records: {
    readonly read: number;
    readonly used: number;
    readonly dropped: ImportedSource['dropped'];
  };
  /** First rows as texts, null where missing. */
  readonly preview: readonly (readonly (string | null)[])[];
  readonly notes: readonly string[];
  /** Cells that keep a column from being numbers or times, the first of each. */
  readonly problems: readonly { readonly row: number; readonly column: string; readonly message: string }[];
}

/** What `gru profile` tells of a file. */
export interface FileProfile {
  readonly inspection: Inspection;
  readonly profile: ProfileView;
  /** Roles, task and targets that an experiment would start with, each with its reason; empty where none can. */
  readonly suggestions: readonly Decision[];
  /** Why no experiment can be proposed; null where one can. */
  readonly obstacle: string | null;
}

const previewRows = 100;

/** Reads a file as an import would, and keeps nothing. @throws what an import throws. */
export async function inspectFile(file: string, options: ImportOptions = {}): Promise<Inspection> {
  return examine(file, options, async (inspection) => inspection);
}

/** Everything the program can tell of a file without being asked. @throws what an import throws. */
export async function profileFile(file: string, options: ImportOptions = {}): Promise<FileProfile> {
  return examine(file, options, async (inspection, load) => {
    const table = await load();
    const found = profileTable(table);
    const profile = await profileView(table, found);
    try {
      const { reasons } = proposeExperiment(found, { file: resolve(file) });
      return { inspection, profile, suggestions: reasons, obstacle: null };
    } catch (error) {
      if (!(error instanceof WorkbenchError)) throw error;
      return { inspection, profile, suggestions: [], obstacle: error.message };
    }
  });
}

async function examine<Value>(
  file: string,
  options: ImportOptions,
  action: (inspection: Inspection, load: () => ReturnType<typeof loadColumns>) => Promise<Value>,
): Promise<Value> {
  const { source: reading = sourceSchema.parse({}), signal, onProgress } = options;
  const path = resolve(file);
  const facts = await statSource(path);
  const onBytes = (bytes: number) =>
    onProgress?.({ phase: 'read', share: Math.min(1, bytes / Math.max(1, facts.size)) });
  return withSource(path, facts, reading, { signal, onBytes }, (opened, context) =>
    withDatabase({ path: null, signal }, async (connection) => {
      const imported = await importSource(connection, opened, reading, context, 'input');
      const { columns, rows, read, used, dropped, found, choices, notes, format, shape } = imported;
      const shown = await loadColumns(
        connection,
        'input',
        columns,
        Math.min(rows, previewRows),
        opened.name,
        0,
      );
      const inspection: Inspection = {
        format,
        shape,
        packing: opened.packing,
        source: sourceSchema.parse({ ...reading, ...found, format, shape }),
        choices: sourceChoicesSchema.parse({ entries: opened.entries, ...choices }),
        columns: columns.map(({ name, type }) => ({ name, type })),
        rows,
        records: { read, used, dropped },
        preview: Array.from({ length: shown.rowCount }, (_, row) =>
          shown.columns.map((column) => cellText(column, row)),
        ),
        notes,
        problems: columns.flatMap(({ name, almost }) =>
          almost === null
            ? []
            : [
                {
                  row: almost.row,
                  column: name,
                  message: `"${almost.text}" is no ${almost.type === 'time' ? 'time' : 'number'}; ${almost.bad} such ${almost.bad === 1 ? 'cell keeps' : 'cells keep'} the column text`,
                },
              ],
        ),
      };
      return action(inspection, () => loadColumns(connection, 'input', columns, rows, opened.name));
    }),
  );
}
