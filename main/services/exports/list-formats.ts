import { describeExport } from '../../../engine/export/describe.ts';
import { formatTable } from '../../../engine/export/formats.ts';
import type { ServiceHost } from '../host.ts';
import { newestFinishedRun, openRun } from '../runs/open-run.ts';

/** A format as the Export screen shows it for one run. */
export interface ListedFormat {
  readonly format: string;
  readonly title: string;
  /** Ending of the file, or null for a folder. */
  readonly extension: string | null;
  readonly available: boolean;
  /** Why not; null where it is. */
  readonly reason: string | null;
  readonly keeps: readonly string[];
  readonly loses: readonly string[];
  readonly options: readonly {
    readonly name: string;
    readonly values: readonly string[];
    readonly default: string;
  }[];
}

/** Every format, whether it can say the model of a run, and its options. Throws what opening a run throws. */
export async function listExportFormats(
  host: ServiceHost,
  { folder, run }: { readonly folder: string; readonly run?: string },
): Promise<ListedFormat[]> {
  const { model } = await openRun(host, folder, run ?? (await newestFinishedRun(host, folder)));
  return describeExport(model).map(({ format, title, exact, reason, keeps, loses }) => {
    const { extension, options } = formatTable[format];
    return {
      format,
      title,
      extension,
      available: exact,
      reason,
      keeps,
      loses,
      options: options.map((option) => ({
        name: option.name,
        values: option.values,
        default: option.default,
      })),
    };
  });
}
