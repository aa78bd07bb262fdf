import { WorkbenchError } from '../../../engine/base/errors.ts';
import { type ExportFormatName, exportFormats } from '../../../engine/export/formats.ts';
import { listExportFormats } from '../exports/list-formats.ts';
import { exportRun } from '../runs/export-run.ts';
import type { Implementer } from './implementer.ts';
import type { Workbench } from './workbench.ts';

/** Models as other tools read them. */
export function exportProcedures(os: Implementer['exports'], workbench: Workbench) {
  const { guard, host } = workbench.options;
  return {
    formats: os.formats.handler(async ({ input }) => {
      const { folder } = workbench.find(input.project);
      return (await listExportFormats(host, { folder, run: input.run })).map((format) => ({
        ...format,
        keeps: [...format.keeps],
        loses: [...format.loses],
        options: format.options.map((option) => ({ ...option, values: [...option.values] })),
      }));
    }),
    write: os.write.handler(async ({ input }) => {
      const { folder } = workbench.find(input.project);
      const { files, verification, notes, code } = await exportRun(host, {
        folder,
        run: input.run,
        format: requireFormat(input.format),
        options: input.options,
        force: true,
        ...(input.path === null ? {} : { output: await guard.require(input.path) }),
      });
      return {
        files: files.map((file) => ({ ...file })),
        verification:
          verification === null
            ? null
            : { ...verification, metrics: verification.metrics.map((metric) => ({ ...metric })) },
        notes: [...notes],
        code: code.map((example) => ({ ...example })),
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
