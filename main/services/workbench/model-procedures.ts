import { addNetwork } from '../models/import-network.ts';
import { inspectRun } from '../models/inspect-run.ts';
import { listSamples } from '../models/list-samples.ts';
import { understand } from '../models/understand.ts';
import { openDataset } from '../datasets/datasets.ts';
import { generateRun } from '../runs/generate-run.ts';
import { predictRun } from '../runs/predict-run.ts';
import { withFreeRunId } from '../runs/run-actions.ts';
import type { Implementer } from './implementer.ts';
import type { Workbench } from './workbench.ts';

/** Looking into trained models, and using them. */
export function modelProcedures(os: Implementer['models'], workbench: Workbench) {
  const { models } = workbench;
  const { guard, host } = workbench.options;
  return {
    import: os.import.handler(async ({ input }) => {
      const project = workbench.find(input.project);
      const { run, format, parameters, notes } = await addNetwork(
        host,
        {
          folder: project.folder,
          openData: (data) => project.tables.take(() => openDataset(project.folder, data)),
          withRunId: (work) => withFreeRunId(project, work),
        },
        { file: await guard.require(input.file) },
      );
      project.runChanges.send(run);
      return { run, format, parameters, notes: [...notes] };
    }),
    understand: os.understand.handler(({ input }) =>
      models.use(workbench.find(input.project), input, false, (model) => understand(model, input)),
    ),
    inspect: os.inspect.handler(({ input }) =>
      models.use(workbench.find(input.project), input, true, (model) => inspectRun(model, input.sample)),
    ),
    samples: os.samples.handler(({ input }) =>
      models.use(workbench.find(input.project), input, false, async (model) => ({
        total: model.set.count,
        samples: await listSamples(model, input.offset, input.count),
      })),
    ),
    generate: os.generate.handler(async ({ input: { project, ...options }, signal }) => {
      const { folder } = workbench.find(project);
      const { texts, warnings } = await generateRun(host, { ...options, folder, signal });
      return {
        texts: texts.map(({ text, tokens, logProbability, ended }) => {
          return { text, tokens: tokens.length, logProbability, ended };
        }),
        warnings: [...warnings],
      };
    }),
    predictFile: os.predictFile.handler(async ({ input }) => {
      const { folder } = workbench.find(input.project);
      const { output, rows, warnings } = await predictRun(host, {
        folder,
        run: input.run,
        input: await guard.require(input.file),
        output: await guard.require(input.output),
        ...(input.steps === null ? {} : { steps: input.steps }),
      });
      return { output, rows, warnings: [...warnings] };
    }),
  };
}
