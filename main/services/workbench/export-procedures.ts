import { WorkbenchError } from '../../../engine/base/errors.ts';
import type { ExportFormat } from '../../../engine/contract/rpc/exports.ts';
import { type ExportFormatName, exportFormats, formatTable } from '../../../engine/export/formats.ts';
import { exportRun } from '../runs/export-run.ts';
import type { Implementer } from './implementer.ts';
import type { Workbench } from './workbench.ts';

/** Models as other tools read them. */
export function exportProcedures(os: Implementer['exports'], workbench: Workbench) {
  const { guard, host } = workbench.options;
  return {
    formats: os.formats.handler(({ input }) => {
      workbench.find(input.project);
      return exportFormats.map(formatView);
    }),
    write: os.write.handler(async ({ input }) => {
      const { folder } = workbench.find(input.project);
      const { files, verification } = await exportRun(host, {
        folder,
        run: input.run,
        format: requireFormat(input.format),
        options: input.options,
        force: true,
        ...(input.path === null ? {} : { output: await guard.require(input.path) }),
      });
      return {
        files: files.map((file) => ({ ...file })),
        verification: verification === null ? null : { ...verification },
        notes: [],
        code: [],
      };
    }),
  };
}

function requireFormat(name: string): ExportFormatName {
  const format = exportFormats.find((known) => known === name);
  if (format !== undefined) return format;
  throw new WorkbenchError('export/unsupported', `There is no format "${name}"`, {
    hint: `There are ${exportFormats.join(', ')}.`,
  });
}

function formatView(format: ExportFormatName): ExportFormat {
  const { title, extension, options } = formatTable[format];
  return {
    format,
    title,
    extension,
    available: true,
    reason: null,
    keeps: [],
    loses: [],
    options: options.map(({ name, values, default: initial }) => ({
      name,
      values: [...values],
      default: initial,
    })),
  };
}
