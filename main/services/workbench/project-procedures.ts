import type { Project, ProjectEvent } from '../../../engine/contract/rpc/projects.ts';
import { Channel } from '../events/channel.ts';
import { type InitOptions, initProject } from '../projects/init-project.ts';
import type { OpenedProject } from '../projects/opened-project.ts';
import { runView } from '../runs/run-views.ts';
import { findSample, listSamples, samplePath } from '../samples/samples.ts';
import type { Implementer } from './implementer.ts';
import type { Workbench } from './workbench.ts';

/** Making, opening and watching projects. */
export function projectProcedures(os: Implementer['projects'], workbench: Workbench) {
  const { host, guard } = workbench.options;
  const create = async (options: InitOptions) => {
    const { dataset, table, profile, experiment, reasons, notes } = await initProject(host, options);
    const project = await workbench.open(options.folder);
    project.keep(dataset, table, profile);
    return {
      project: describe(project),
      experiment,
      reasons: reasons.map((reason) => ({ ...reason })),
      notes: [...notes],
    };
  };
  return {
    recent: os.recent.handler(() => workbench.listProjects()),
    forget: os.forget.handler(({ input }) => workbench.recent.forget(input.path)),
    samples: os.samples.handler(async () =>
      (await listSamples()).map(({ id, title, task, description, license }) => {
        return { id, title, task, description, license };
      }),
    ),
    suggestFolder: os.suggestFolder.handler(async ({ input }) => ({
      folder: await workbench.suggestFolder(input.name),
    })),
    createFromFile: os.createFromFile.handler(async ({ input: { folder, file, task, targets } }) =>
      create({
        folder: await workbench.placeFor(folder, file),
        file: await guard.require(file),
        targets,
        ...(task === null ? {} : { task }),
      }),
    ),
    createFromSample: os.createFromSample.handler(async ({ input }) => {
      const sample = await findSample(input.sample);
      const folder = await workbench.placeFor(input.folder, sample.file);
      const { targets, task, settings } = sample;
      return create({ folder, file: samplePath(sample), targets, task, assignments: settings });
    }),
    open: os.open.handler(async ({ input }) => describe(await workbench.open(input.path))),
    close: os.close.handler(({ input }) => workbench.leave(input.project)),
    watch: os.watch.handler(({ input, signal }) => watch(workbench.find(input.project), signal)),
  };
}

function describe({ folder, identity }: OpenedProject): Project {
  return { project: folder, name: identity.name, path: folder, created: identity.created };
}

/** What changes in a project from now on; a run that changed is told with its record. */
function watch(project: OpenedProject, signal: AbortSignal | undefined): Channel<ProjectEvent> {
  const events = project.events.subscribe();
  const runs = project.runChanges.subscribe();
  const channel = new Channel<ProjectEvent>(() => {
    events.return().catch(() => undefined);
    runs.return().catch(() => undefined);
  });
  const forward = async (): Promise<void> => {
    for await (const event of events) channel.push(event);
    channel.end();
  };
  const forwardRuns = async (): Promise<void> => {
    for await (const run of runs) {
      // It may have been removed since.
      const view = await runView(project, run).catch(() => null);
      if (view !== null) channel.push({ kind: 'run', record: view.record });
    }
  };
  forward().catch((error: unknown) => channel.fail(error));
  forwardRuns().catch((error: unknown) => channel.fail(error));
  return channel.endWith(signal);
}
