import { useMemo } from 'react';
import { notify, notifyFault } from '../../components/notify.tsx';
import { useWorkbench, type WorkbenchState } from '../../state/workbench.tsx';
import { type Text, useText } from '../../strings/text.ts';

/** What can be done from everywhere; a failure is told to the person. */
export interface Actions {
  /** Puts a run of the configuration as it stands into the queue and shows it. */
  readonly train: () => Promise<void>;
  readonly pause: () => Promise<void>;
  readonly resume: () => Promise<void>;
  readonly stop: () => Promise<void>;
  /** Opens the project in a folder. */
  readonly openProject: (path: string) => Promise<void>;
  readonly closeProject: () => Promise<void>;
}

export function useActions(): Actions {
  const workbench = useWorkbench();
  const text = useText();
  return useMemo(() => createActions(workbench, text), [workbench, text]);
}

function createActions(state: WorkbenchState, text: Text): Actions {
  const { connection, project, experiment, frame } = state;
  const { workbench } = connection;
  const running = () => {
    const { project: open, running: run } = project.getState();
    return open === null || run === null ? null : { project: open.project, run };
  };
  const actions: Actions = {
    train: async () => {
      await experiment.getState().flush();
      const { experiment: config, valid } = experiment.getState();
      const open = project.getState().project;
      if (open === null || config === null) {
        frame.getState().go('start');
        return;
      }
      if (!valid) {
        frame.getState().go('model');
        return;
      }
      await workbench.runs.start({ project: open.project, experiment: config, name: null });
      await project.getState().refreshRuns();
      notify(text('frame.trainingStarted'));
      frame.getState().go('train');
    },
    pause: async () => {
      const run = running();
      if (run !== null) await workbench.runs.pause(run);
    },
    resume: async () => {
      const run = running();
      if (run !== null) await workbench.runs.resume(run);
    },
    stop: async () => {
      const run = running();
      if (run !== null) await workbench.runs.stop(run);
    },
    openProject: async (path) => {
      const opened = await workbench.projects.open({ path });
      await project.getState().show(opened);
      frame.getState().go('data');
    },
    closeProject: async () => {
      await project.getState().close();
      frame.getState().go('start');
    },
  };
  return {
    train: () => actions.train().catch(notifyFault),
    pause: () => actions.pause().catch(notifyFault),
    resume: () => actions.resume().catch(notifyFault),
    stop: () => actions.stop().catch(notifyFault),
    openProject: (path) => actions.openProject(path).catch(notifyFault),
    closeProject: () => actions.closeProject().catch(notifyFault),
  };
}
