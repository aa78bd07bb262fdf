import { useEffect, useState } from 'react';
import type { Experiment } from '../../../engine/contract/experiment.ts';
import { notifyFault } from '../../components/notify.tsx';
import { useWorkbench } from '../../state/workbench.tsx';

/** Configurations of runs, by run; each is read once, as it does not change. */
export function useConfigurations(project: string, runs: readonly string[]): ReadonlyMap<string, Experiment> {
  const { workbench } = useWorkbench().connection;
  const [known, setKnown] = useState<ReadonlyMap<string, Experiment>>(new Map<string, Experiment>());
  const missing = runs.filter((run) => !known.has(run)).join('\n');
  useEffect(() => {
    if (missing === '') return;
    const controller = new AbortController();
    const { signal } = controller;
    Promise.all(
      missing
        .split('\n')
        .map(
          async (run) =>
            [run, (await workbench.runs.configuration({ project, run }, { signal })).experiment] as const,
        ),
    ).then(
      (read) => !signal.aborted && setKnown((before) => new Map([...before, ...read])),
      (error: unknown) => !signal.aborted && notifyFault(error),
    );
    return () => controller.abort();
  }, [missing, project, workbench]);
  return known;
}
