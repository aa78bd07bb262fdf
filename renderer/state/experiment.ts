import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Experiment } from '../../engine/contract/experiment.ts';
import type { Fault } from '../../engine/contract/rpc/common.ts';
import type { Issue, StoredExperiment } from '../../engine/contract/rpc/experiments.ts';
import type { Connection } from '../rpc/client.ts';
import { toFault } from '../rpc/fault.ts';
import { editText, type Path, pathText, readExperiment } from './document.ts';
import { change, type History, redo, startHistory, undo } from './history.ts';

export type SaveState =
  | { readonly status: 'saved' }
  | { readonly status: 'saving' }
  | { readonly status: 'failed'; readonly fault: Fault };

/**
 * The configuration of the open project. Its text is the truth: the form writes into the text, the editor is the
 * text, and one history goes back over both.
 */
export interface ExperimentState {
  readonly history: History;
  readonly text: string;
  /** What the text means; while it is invalid, what it meant last. */
  readonly experiment: Experiment | null;
  readonly valid: boolean;
  readonly issues: readonly Issue[];
  readonly save: SaveState;
  readonly revision: number;
  readonly show: (project: string) => Promise<void>;
  readonly leave: () => Promise<void>;
  /** Takes over what the host has, unless it is the revision that this window wrote. */
  readonly reload: (revision: number | null) => Promise<void>;
  /** Changes one place. */
  readonly set: (path: Path, value: unknown) => void;
  /** Changes several places as one step. */
  readonly assign: (changes: readonly (readonly [path: Path, value: unknown])[]) => void;
  /** @param group see `change` in history.ts. */
  readonly setText: (text: string, group: string | null) => void;
  readonly undo: () => void;
  readonly redo: () => void;
  /** Resolves when what is shown is saved. */
  readonly flush: () => Promise<void>;
}

export type ExperimentStore = StoreApi<ExperimentState>;

/** A pause in typing before the text is saved. */
const saveDelay = 300;

const nothing = {
  history: startHistory(''),
  text: '',
  experiment: null,
  valid: true,
  issues: [],
  save: { status: 'saved' },
  revision: 0,
} as const;

export function createExperimentStore({ workbench }: Connection): ExperimentStore {
  let project: string | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let writing: Promise<void> = Promise.resolve();
  return createStore<ExperimentState>((set, get) => {
    const take = (stored: StoredExperiment) =>
      set({
        issues: stored.issues,
        revision: stored.revision,
        ...(stored.experiment === null ? {} : { experiment: stored.experiment }),
      });

    const write = async () => {
      const { text, revision } = get();
      if (project === null) return;
      try {
        const stored = await workbench.experiments.save({ project, text, revision });
        // What was typed since is saved by the next write, which needs the new revision.
        if (get().text === text) {
          take(stored);
          set({ save: { status: 'saved' } });
        } else set({ revision: stored.revision });
      } catch (error) {
        const fault = toFault(error);
        set({ save: { status: 'failed', fault } });
        if (fault.code === 'store/in-use') await adopt(await workbench.experiments.get({ project }));
      }
    };

    /** What another window saved; what this one had is one step back. */
    const adopt = async (stored: StoredExperiment) => {
      const history = change(get().history, stored.text, null, performance.now());
      set({ history, text: stored.text, valid: stored.experiment !== null, save: { status: 'saved' } });
      take(stored);
    };

    const flush = () => {
      if (timer !== undefined) {
        clearTimeout(timer);
        timer = undefined;
        writing = writing.then(write);
      }
      return writing;
    };

    const moveTo = (history: History) => {
      const text = history.present;
      if (text === get().text) {
        set({ history });
        return;
      }
      const experiment = readExperiment(text);
      set({
        history,
        text,
        valid: experiment !== null,
        save: { status: 'saving' },
        ...(experiment === null ? {} : { experiment, issues: [] }),
      });
      clearTimeout(timer);
      timer = setTimeout(() => void flush(), saveDelay);
    };

    const setText = (text: string, group: string | null) =>
      moveTo(change(get().history, text, group, performance.now()));

    return {
      ...nothing,
      show: async (handle) => {
        await flush();
        project = handle;
        const stored = await workbench.experiments.get({ project: handle });
        set({ ...nothing, history: startHistory(stored.text), text: stored.text });
        set({ valid: stored.experiment !== null });
        take(stored);
      },
      leave: async () => {
        await flush();
        project = null;
        set({ ...nothing });
      },
      reload: async (revision) => {
        await flush();
        if (project === null || revision === get().revision) return;
        const stored = await workbench.experiments.get({ project });
        if (stored.revision === get().revision || stored.text === get().text) {
          take(stored);
          return;
        }
        await adopt(stored);
      },
      set: (path, value) => {
        const { text, experiment } = get();
        if (experiment === null) return;
        const changed = editText(text, experiment, path, value);
        if (changed !== null) setText(changed, pathText(path));
      },
      assign: (changes) => {
        let { text } = get();
        for (const [path, value] of changes) {
          const experiment = readExperiment(text) ?? get().experiment;
          if (experiment === null) return;
          text = editText(text, experiment, path, value) ?? text;
        }
        setText(text, null);
      },
      setText,
      undo: () => moveTo(undo(get().history)),
      redo: () => moveTo(redo(get().history)),
      flush,
    };
  });
}
