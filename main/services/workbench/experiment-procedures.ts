import { proposeExperiment } from '../../../engine/data/propose.ts';
import { experimentJsonSchema } from '../config/schema.ts';
import { checkText } from '../experiments/check-text.ts';
import { presets } from '../experiments/presets.ts';
import { readVersion, readVersions, saveVersion } from '../experiments/versions.ts';
import type { Implementer } from './implementer.ts';
import type { Workbench } from './workbench.ts';

/** The configuration of a project's next run. */
export function experimentProcedures(os: Implementer['experiments'], workbench: Workbench) {
  return {
    get: os.get.handler(({ input }) => workbench.find(input.project).experiment.read()),
    save: os.save.handler(async ({ input }) => {
      const project = workbench.find(input.project);
      const stored = await project.experiment.save(input.text, input.revision);
      if (stored.revision !== input.revision) {
        project.events.send({ kind: 'experiment', revision: stored.revision });
      }
      return stored;
    }),
    versions: os.versions.handler(async ({ input }) => {
      const { host, folder } = workbench.find(input.project);
      return (await readVersions(host.store, folder)).map(({ text: _, ...version }) => version);
    }),
    saveVersion: os.saveVersion.handler(async ({ input }) => {
      const { host, folder, experiment, naming } = workbench.find(input.project);
      const { text } = await experiment.read();
      const { text: _, ...version } = await naming.take(() =>
        saveVersion(host.store, folder, input.name, text),
      );
      return version;
    }),
    version: os.version.handler(async ({ input }) => {
      const { host, folder } = workbench.find(input.project);
      const { text } = await readVersion(host.store, folder, input.version);
      return { text, experiment: checkText(text).experiment };
    }),
    check: os.check.handler(({ input }) => ({ revision: 0, ...checkText(input.text) })),
    schema: os.schema.handler(() => ({ ...experimentJsonSchema() })),
    describe: os.describe.handler(({ input }) =>
      workbench.experiments.describe(workbench.find(input.project), input.experiment),
    ),
    presets: os.presets.handler(() => [...presets]),
    propose: os.propose.handler(async ({ input }) => {
      const project = workbench.find(input.project);
      const dataset = await project.dataset(input.dataset);
      const { experiment, reasons } = proposeExperiment((await project.profileOf(dataset)).profile, {
        file: dataset.source,
        name: project.identity.name,
        ...(input.task === null ? {} : { task: input.task }),
        ...(input.targets.length === 0 ? {} : { targets: input.targets }),
      });
      // Of the rows that it was proposed for: read, and filtered, as they were.
      const data = { ...experiment.data, source: dataset.reading, sql: dataset.derived?.sql ?? '' };
      return { experiment: { ...experiment, data }, reasons: reasons.map((reason) => ({ ...reason })) };
    }),
  };
}
