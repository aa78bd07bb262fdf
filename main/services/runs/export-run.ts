import { basename, dirname, join, resolve } from 'node:path';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import { prepareData } from '../../../engine/data/prepare.ts';
import type { PreparedData } from '../../../engine/data/prepared.ts';
import { exportModel } from '../../../engine/export/export.ts';
import { type ExportFormatName, formatTable } from '../../../engine/export/formats.ts';
import { exportNotes } from '../../../engine/export/notes.ts';
import { type LoadingCode, loadingCode } from '../../../engine/export/loading-code.ts';
import { writeAtomically } from '../../../engine/store/file-system.ts';
import { hdf5Writer } from '../../platform/exports/hdf5.ts';
import { type Verification, verifyExport } from '../exports/verify-export.ts';
import type { ServiceHost } from '../host.ts';
import { loadWeights, newestFinishedRun, openRun, type StoredRun } from './open-run.ts';
import { tableOf } from './resume-run.ts';

export interface ExportOptions {
  readonly folder: string;
  readonly run?: string;
  readonly format: ExportFormatName;
  /**
   * The file to write, others of the same name with other endings beside it; or the folder, where the format is several
   * files. `exports/` in the project by default.
   */
  readonly output?: string;
  /** Options of the format (`formatTable`). */
  readonly options?: Readonly<Record<string, string>>;
  /** Replace files that exist. */
  readonly force?: boolean;
  /** Whether what was written is opened and compared. Default true. */
  readonly verify?: boolean;
}

export interface ExportResult {
  readonly run: string;
  /** Which weights were written, for a person. */
  readonly source: string;
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  /** null where nothing on this machine opens the format, or nothing was asked for. */
  readonly verification: Verification | null;
  /** What the file expects, and what was left out. */
  readonly notes: readonly string[];
  /** Code that opens the export in the other tool. */
  readonly code: readonly LoadingCode[];
}

/**
 * Writes a model for another tool, then opens it there where that tool is part of the program.
 * Throws `export/unsupported`, `usage/invalid`, `store/exists`, and what loading a run throws.
 */
export async function exportRun(host: ServiceHost, options: ExportOptions): Promise<ExportResult> {
  const { format } = options;
  const run = await openRun(
    host,
    options.folder,
    options.run ?? (await newestFinishedRun(host, options.folder)),
  );
  const { weights, source } = await loadWeights(host, run);
  const place = placeOf(options, run.record.id);
  const contents = await exportModel(
    {
      ...run,
      weights,
      data: await samplesFor(options, run),
      program: run.record.program.version,
      run: run.record.id,
    },
    { format, stem: place.stem, options: options.options ?? {} },
    { hdf5: hdf5Writer },
  );
  const files = contents.map(({ path, bytes }) => ({ path: join(place.folder, path), bytes: bytes.length }));
  if (options.force !== true) {
    await requireAbsent(
      host,
      files.map(({ path }) => path),
    );
  }
  for (const folder of new Set(files.map(({ path }) => dirname(path)))) {
    await host.store.files.makeDirectory(folder);
  }
  for (const { path, bytes } of contents) {
    await writeAtomically(host.store.files, join(place.folder, path), bytes);
  }
  const verification =
    options.verify === false
      ? null
      : await verifyExport(host, options.folder, run, weights, {
          format,
          options: options.options ?? {},
          ...place,
        });
  return {
    run: run.record.id,
    source,
    files,
    verification,
    notes: [
      ...exportNotes(run, format, options.options ?? {}),
      ...contents.flatMap(({ notes }) => notes ?? []),
    ],
    code: loadingCode(format, place.stem),
  };
}

/** The samples that the run was trained on, where the format writes them. */
async function samplesFor(
  { format, folder, options }: ExportOptions,
  run: StoredRun,
): Promise<PreparedData | null> {
  if (format !== 'pytorch' || options?.training === 'no') return null;
  return prepareData(run.experiment, await tableOf(folder, run), run.preparation);
}

/** Folder and name without ending. */
function placeOf({ folder, format, output }: ExportOptions, run: string): { folder: string; stem: string } {
  const { extension } = formatTable[format];
  const own = join(folder, 'exports', `${run}-${format}`);
  if (extension === null) return { folder: resolve(output ?? own), stem: 'model' };
  const target = resolve(output ?? join(own, `model.${extension}`));
  const stem = basename(target).endsWith(`.${extension}`)
    ? basename(target, `.${extension}`)
    : basename(target);
  return { folder: dirname(target), stem };
}

async function requireAbsent(host: ServiceHost, files: readonly string[]): Promise<void> {
  for (const file of files) {
    if ((await host.store.files.size(file)) === null) continue;
    throw new WorkbenchError('store/exists', 'There already is a file of this name', {
      where: file,
      hint: 'Choose another name, or replace it with --force.',
    });
  }
}
