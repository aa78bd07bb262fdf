import type { Screen } from '../../state/frame.ts';
import { useExperiment, useProject } from '../../state/workbench.tsx';

export type StepState = 'empty' | 'ready' | 'running' | 'problem';
export type StepStates = Readonly<Record<Exclude<Screen, 'start' | 'settings'>, StepState>>;

/** How far each step of the work has come. */
export function useStepStates(): StepStates {
  const open = useProject((state) => state.project !== null);
  const datasets = useProject((state) => state.datasets.length);
  const runs = useProject((state) => state.runs);
  const damaged = useProject((state) => state.damaged.length);
  const running = useProject((state) => state.running !== null);
  const invalid = useExperiment((state) => !state.valid || state.issues.length > 0);
  const finished = runs.some(({ record }) => record.model !== null || record.epoch > 0);
  const last = runs.reduce<(typeof runs)[number] | null>(
    (newest, view) => (newest === null || view.record.created > newest.record.created ? view : newest),
    null,
  );
  const broken = last !== null && (last.record.status === 'failed' || last.record.status === 'diverged');
  const after = finished ? 'ready' : 'empty';
  return {
    data: datasets > 0 ? 'ready' : 'empty',
    model: !open ? 'empty' : invalid ? 'problem' : datasets > 0 ? 'ready' : 'empty',
    train: running ? 'running' : broken ? 'problem' : after,
    understand: after,
    export: after,
    runs: damaged > 0 ? 'problem' : runs.length > 0 ? 'ready' : 'empty',
  };
}
