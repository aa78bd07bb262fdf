import { createContext, use } from 'react';
import { useStore } from 'zustand';
import { assertDefined } from '../../engine/base/errors.ts';
import type { Connection } from '../rpc/client.ts';
import { type ChoiceState, type ChoiceStore, createChoiceStore } from './choice.ts';
import { createExperimentStore, type ExperimentState, type ExperimentStore } from './experiment.ts';
import { createFrameStore, type FrameState, type FrameStore } from './frame.ts';
import { createProjectStore, type ProjectState, type ProjectStore } from './project.ts';
import { restoreWindow } from './restore.ts';
import { RunLibrary } from './run-library.ts';
import { createRunning, type Running, type RunningState } from './running.ts';
import { createSettingsStore, type SettingsState, type SettingsStore } from './settings.ts';

/** Everything a window knows, made once for its connection. */
export interface WorkbenchState {
  readonly connection: Connection;
  readonly frame: FrameStore;
  readonly project: ProjectStore;
  readonly experiment: ExperimentStore;
  readonly settings: SettingsStore;
  readonly running: Running;
  readonly choice: ChoiceStore;
  readonly library: RunLibrary;
  /** Resolves when the settings are read and the project that this window had, or was given, is shown again. */
  readonly restored: Promise<void>;
}

export function createWorkbenchState(connection: Connection): WorkbenchState {
  const experiment = createExperimentStore(connection);
  const project = createProjectStore(connection, experiment, sessionStorage);
  const running = createRunning(connection);
  project.subscribe((state) => {
    const record = state.runs.find((view) => view.record.id === state.running)?.record;
    running.follow(state.project?.project ?? null, record?.id ?? null, record?.step ?? 0);
  });
  const frame = createFrameStore(localStorage, sessionStorage);
  const settings = createSettingsStore(connection);
  return {
    connection,
    frame,
    project,
    experiment,
    settings,
    restored: restoreWindow({ connection, frame, project, settings }),
    running,
    choice: createChoiceStore(localStorage),
    library: new RunLibrary(connection),
  };
}

const WorkbenchContext = createContext<WorkbenchState | null>(null);
export const WorkbenchProvider = WorkbenchContext.Provider;

export function useWorkbench(): WorkbenchState {
  return assertDefined(use(WorkbenchContext), 'the workbench of this window');
}

export function useFrame<T>(select: (state: FrameState) => T): T {
  return useStore(useWorkbench().frame, select);
}

export function useProject<T>(select: (state: ProjectState) => T): T {
  return useStore(useWorkbench().project, select);
}

export function useExperiment<T>(select: (state: ExperimentState) => T): T {
  return useStore(useWorkbench().experiment, select);
}

export function useSettings<T>(select: (state: SettingsState) => T): T {
  return useStore(useWorkbench().settings, select);
}

export function useChoice<T>(select: (state: ChoiceState) => T): T {
  return useStore(useWorkbench().choice, select);
}

export function useRunning<T>(select: (state: RunningState) => T): T {
  return useStore(useWorkbench().running.store, select);
}
