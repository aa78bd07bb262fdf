import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Fault } from '../../engine/contract/rpc/common.ts';
import type { DatasetSummary } from '../../engine/contract/rpc/datasets.ts';
import type { Project, ProjectEvent } from '../../engine/contract/rpc/projects.ts';
import type { RunView } from '../../engine/contract/rpc/runs.ts';
import type { Connection, Workbench } from '../rpc/client.ts';
import { toFault } from '../rpc/fault.ts';
import { subscribe } from '../rpc/subscribe.ts';
import type { ExperimentStore } from './experiment.ts';

type Created = Awaited<ReturnType<Workbench['projects']['createFromFile']>>;

type Reason = Created['reasons'][number];

/** The open project, mirrored from the host: read once, then kept current by its news. */
export interface ProjectState {
  readonly project: Project | null;
  readonly datasets: readonly DatasetSummary[];
  readonly runs: readonly RunView[];
  /** Sentences about runs that cannot be read. */
  readonly damaged: readonly string[];
  readonly queued: readonly string[];
  /** Run that trains now, or null. */
  readonly running: string | null;
  /** Counts changes of the sweeps, so that views know when to read them again. */
  readonly sweepsRevision: number;
  readonly fault: Fault | null;
  /** Shows a project that the host has opened. */
  readonly show: (project: Project) => Promise<void>;
  /** Shows a project that was just made, with the reasons for what was proposed. */
  readonly showCreated: (created: Created) => Promise<void>;
  /** Why the configuration was proposed as it is; empty once the project was reopened. */
  readonly reasons: readonly Reason[];
  readonly notes: readonly string[];
  readonly setReasons: (reasons: readonly Reason[]) => void;
  readonly close: () => Promise<void>;
  /** Reads the runs again. */
  readonly refreshRuns: () => Promise<void>;
}

export type ProjectStore = StoreApi<ProjectState>;

const nothing = {
  project: null,
  datasets: [],
  runs: [],
  damaged: [],
  queued: [],
  running: null,
  sweepsRevision: 0,
  fault: null,
  reasons: [],
  notes: [],
} as const;

const projectKey = 'workbench.project';
/** Milliseconds between two readings of the list of runs. */
const refreshInterval = 500;

/** @param storage remembers the project of this tab, so that a reload finds it again. */
export function createProjectStore(
  connection: Connection,
  experiment: ExperimentStore,
  storage: Storage,
): ProjectStore {
  const { workbench, wire } = connection;
  let leave: (() => void) | null = null;
  const store = createStore<ProjectState>((set, get) => {
    let refreshing = false;
    /** Runs with short epochs change many times a second. */
    const refreshRunsSoon = () => {
      if (refreshing) return;
      refreshing = true;
      setTimeout(() => {
        refreshing = false;
        void refreshRuns();
      }, refreshInterval);
    };
    const refreshRuns = async () => {
      const { project } = get();
      if (project === null) return;
      const { runs, damaged } = await workbench.runs.list({ project: project.project });
      set({ runs, damaged, ...activity(runs) });
    };
    const refreshDatasets = async () => {
      const { project } = get();
      if (project !== null) set({ datasets: await workbench.datasets.list({ project: project.project }) });
    };
    const hear = (event: ProjectEvent) => {
      switch (event.kind) {
        case 'experiment':
          void experiment.getState().reload(event.revision);
          return;
        case 'datasets':
          void refreshDatasets();
          return;
        case 'run': {
          const { runs } = get();
          const known = runs.find(({ record }) => record.id === event.record.id);
          if (known === undefined) void refreshRuns();
          else if (known.record.status === event.record.status) refreshRunsSoon();
          else {
            const changed = runs.map((view) =>
              view.record.id === event.record.id ? { ...view, record: event.record } : view,
            );
            set({ runs: changed, ...activity(changed) });
            // The record does not say whether it is paused.
            refreshRunsSoon();
          }
          return;
        }
        case 'run-removed':
          set({ runs: get().runs.filter(({ record }) => record.id !== event.run) });
          return;
        case 'queue':
          set({ queued: event.queued, running: event.running });
          void refreshRuns();
          return;
        case 'sweeps':
          set({ sweepsRevision: get().sweepsRevision + 1 });
          return;
      }
    };
    return {
      ...nothing,
      refreshRuns,
      showCreated: async ({ project, reasons, notes }) => {
        await get().show(project);
        set({ reasons, notes });
      },
      setReasons: (reasons) => set({ reasons }),
      show: async (project) => {
        leave?.();
        set({ ...nothing, project });
        storage.setItem(projectKey, project.path);
        wire.restoreWith((host) => host.projects.open({ path: project.path }));
        await experiment.getState().show(project.project);
        await new Promise<void>((resolve) => {
          leave = subscribe({
            wire,
            open: (signal) => workbench.projects.watch({ project: project.project }, { signal }),
            snapshot: async () => {
              await Promise.all([refreshRuns(), refreshDatasets(), experiment.getState().reload(null)]);
              set({ fault: null });
              resolve();
            },
            news: hear,
            failed: (error) => {
              set({ fault: toFault(error) });
              resolve();
            },
          });
        });
      },
      close: async () => {
        const { project } = get();
        leave?.();
        leave = null;
        storage.removeItem(projectKey);
        wire.restoreWith(null);
        await experiment.getState().leave();
        set({ ...nothing });
        if (project !== null) await workbench.projects.close({ project: project.project });
      },
    };
  });
  return store;
}

function activity(runs: readonly RunView[]): Pick<ProjectState, 'queued' | 'running'> {
  const queued = runs
    .filter((view) => view.queued !== null)
    .sort((a, b) => (a.queued ?? 0) - (b.queued ?? 0))
    .map(({ record }) => record.id);
  const running = runs.find((view) => view.record.status === 'running' || view.paused);
  return { queued, running: running?.record.id ?? null };
}

/** Path of the project that this tab showed before it was reloaded, or null. */
export function rememberedProject(storage: Storage): string | null {
  return storage.getItem(projectKey);
}
