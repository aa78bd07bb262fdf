import { createContext, type ReactNode, use, useEffect, useState } from 'react';
import type { Experiment } from '../../../engine/contract/experiment.ts';
import type { ModelView } from '../../../engine/contract/rpc/experiments.ts';
import { type Async, lastValue, useAsync } from '../../state/async.ts';
import { useExperiment, useProject, useWorkbench } from '../../state/workbench.tsx';

const ModelViewContext = createContext<Async<ModelView>>({ status: 'idle' });

/** A short pause in changes before the host is asked what they cost. */
const delay = 150;

interface ModelViewProviderProps {
  readonly children: ReactNode;
}

/** Keeps what the host says of the present model (shapes, size, exports) at hand for everything inside. */
export function ModelViewProvider({ children }: ModelViewProviderProps) {
  const { connection } = useWorkbench();
  const project = useProject((state) => state.project?.project ?? null);
  const experiment = useSettled(useExperiment((state) => state.experiment));
  const key = project === null || experiment === null ? null : `${project}/${JSON.stringify(experiment)}`;
  const [state] = useAsync(key, (signal) =>
    connection.workbench.experiments.describe(
      { project: project ?? '', experiment: experiment as Experiment },
      { signal },
    ),
  );
  return <ModelViewContext value={state}>{children}</ModelViewContext>;
}

function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), delay);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

export function useModelState(): Async<ModelView> {
  return use(ModelViewContext);
}

/** The last answer, also while a newer one is on its way. */
export function useModelView(): ModelView | null {
  return lastValue(use(ModelViewContext));
}
