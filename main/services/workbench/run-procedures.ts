import { configText, readConfig } from '../config/config-file.ts';
import { runPaths } from '../../../engine/store/runs.ts';
import { storedCheckpoints } from '../models/stored-checkpoints.ts';
import type { OpenedProject } from '../projects/opened-project.ts';
import { followRun } from '../runs/follow.ts';
import {
  keepRunCheckpoint,
  removeRuns,
  restoreRuns,
  resumeRunOf,
  startRun,
  updateRun,
} from '../runs/run-actions.ts';
import { listRunViews, runView } from '../runs/run-views.ts';
import type { Implementer } from './implementer.ts';
import type { Workbench } from './workbench.ts';

/** Runs: started, steered, followed, named and thrown away. */
export function runProcedures(os: Implementer['runs'], workbench: Workbench) {
  const find = (input: { readonly project: string }): OpenedProject => workbench.find(input.project);
  return {
    list: os.list.handler(({ input }) => listRunViews(find(input))),
    start: os.start.handler(async ({ input }) => ({
      run: await startRun(find(input), input.experiment, input.name),
    })),
    pause: os.pause.handler(({ input }) => find(input).queue.pause(input.run)),
    resume: os.resume.handler(({ input }) => resumeRunOf(find(input), input.run)),
    stop: os.stop.handler(({ input }) => find(input).queue.stop(input.run)),
    setLearningRate: os.setLearningRate.handler(({ input }) =>
      find(input).queue.requireActive(input.run).training.setRateFactor(input.factor),
    ),
    reorderQueue: os.reorderQueue.handler(({ input }) => find(input).queue.reorder(input.runs)),
    follow: os.follow.handler(async ({ input, signal }) => {
      const project = find(input);
      await runView(project, input.run);
      const followed = {
        log: () => project.logOf(input.run),
        view: () => runView(project, input.run),
        onChange: (listener: () => void) => listenTo(project, input.run, listener),
      };
      return followRun(followed, input.position, signal);
    }),
    epochs: os.epochs.handler(async ({ input }) => {
      const project = find(input);
      await runView(project, input.run);
      return (await project.logOf(input.run)).events.filter(({ event }) => event === 'epoch');
    }),
    configuration: os.configuration.handler(async ({ input }) => {
      const { host, folder, queue } = find(input);
      const waiting = [...queue.unborn, ...(queue.beginning === null ? [] : [queue.beginning])];
      const unborn = waiting.find(({ run }) => run === input.run)?.experiment;
      if (unborn) return { text: configText(unborn), experiment: unborn };
      const experiment = await readConfig(host.store, runPaths(folder, input.run).folder);
      return { text: configText(experiment), experiment };
    }),
    update: os.update.handler(({ input }) => updateRun(find(input), input.run, input)),
    remove: os.remove.handler(({ input }) => removeRuns(find(input), input.runs)),
    restore: os.restore.handler(({ input }) => restoreRuns(find(input), input.runs)),
    checkpoints: os.checkpoints.handler(async ({ input }) => {
      const project = find(input);
      await runView(project, input.run);
      const found = await storedCheckpoints(project.host.store, runPaths(project.folder, input.run));
      return found.map(({ step, epoch, best, name }) => ({ step, epoch, best, name }));
    }),
    keepCheckpoint: os.keepCheckpoint.handler(({ input }) =>
      keepRunCheckpoint(find(input), input.run, input.name),
    ),
  };
}

/** Calls back when one run has changed. @returns what ends that. */
function listenTo(project: OpenedProject, run: string, listener: () => void): () => void {
  const changes = project.runChanges.subscribe();
  const listen = async (): Promise<void> => {
    for await (const changed of changes) if (changed === run) listener();
  };
  listen().catch(() => undefined);
  return () => {
    changes.return().catch(() => undefined);
  };
}
