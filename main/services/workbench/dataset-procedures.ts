import type { z } from 'zod';
import type { importEventSchema } from '../../../engine/contract/rpc/datasets.ts';
import { plotColumn, readRows } from '../datasets/browse.ts';
import type { Dataset } from '../datasets/dataset.ts';
import { datasetSummary } from '../datasets/dataset-summary.ts';
import { listDatasets } from '../datasets/datasets.ts';
import { importDataset } from '../datasets/import-dataset.ts';
import { preparedView } from '../datasets/prepared-view.ts';
import { profileView } from '../datasets/profile-view.ts';
import { Channel } from '../events/channel.ts';
import type { OpenedProject } from '../projects/opened-project.ts';
import type { Implementer } from './implementer.ts';
import type { Workbench } from './workbench.ts';

type ImportEvent = z.infer<typeof importEventSchema>;

/** The data of a project: imported, looked at, prepared. */
export function datasetProcedures(os: Implementer['datasets'], workbench: Workbench) {
  const { guard } = workbench.options;
  /** Answers what a window shows of a dataset. */
  const look = <Value>(
    input: { readonly project: string; readonly dataset: string },
    work: (project: OpenedProject, dataset: Dataset) => Promise<Value>,
  ): Promise<Value> => {
    const project = workbench.find(input.project);
    return project.looks.during(async () => work(project, await project.dataset(input.dataset)));
  };
  return {
    list: os.list.handler(async ({ input }) =>
      (await listDatasets(workbench.find(input.project).folder)).map(datasetSummary),
    ),
    import: os.import.handler(async ({ input, signal }) => {
      const project = workbench.find(input.project);
      // What was imported before may be read again, wherever it lies.
      const known = (await listDatasets(project.folder)).some(({ source }) => source === input.file);
      const file = known ? input.file : await guard.require(input.file);
      const channel = new Channel<ImportEvent>().endWith(signal);
      channel.push({ kind: 'progress', fraction: null, rows: null });
      project.tables
        .take(() =>
          importDataset(project.folder, file, {
            ...(signal === undefined ? {} : { signal }),
            ...(input.source === undefined ? {} : { source: input.source }),
            onProgress: ({ share }) => channel.push({ kind: 'progress', fraction: share, rows: null }),
          }),
        )
        .then(
          (dataset) => {
            channel.push({ kind: 'done', dataset: datasetSummary(dataset) });
            channel.end();
            project.events.send({ kind: 'datasets' });
          },
          (error: unknown) => channel.fail(error),
        );
      return channel;
    }),
    profile: os.profile.handler(({ input }) =>
      look(input, async (project, dataset) => {
        const { table, profile } = await project.profileOf(dataset);
        return profileView(table, profile);
      }),
    ),
    rows: os.rows.handler(({ input }) =>
      look(input, (project, dataset) =>
        project.tables.take(() => readRows(project.folder, dataset, input.offset, input.count)),
      ),
    ),
    plot: os.plot.handler(({ input }) =>
      look(input, async (project, dataset) => {
        const { column, points } = input;
        const { time, series } = (await project.profileOf(dataset)).profile;
        return project.tables.take(() =>
          plotColumn(project.folder, dataset, {
            column,
            points,
            rows: input.rows,
            time: time?.column ?? null,
            series:
              input.series === null || series === null ? null : { column: series.column, text: input.series },
          }),
        );
      }),
    ),
    prepared: os.prepared.handler(async ({ input }) => {
      const project = workbench.find(input.project);
      return preparedView(input.experiment, await workbench.experiments.prepare(project, input.experiment));
    }),
  };
}
