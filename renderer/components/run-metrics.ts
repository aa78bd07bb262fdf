import { useEffect, useMemo, useState } from 'react';
import type { RunMetrics } from '../metrics/run-metrics.ts';
import { useWorkbench } from '../state/workbench.tsx';
import { notifyFault } from './notify.tsx';

/** Follows runs while the component is shown. Their measurements are the same objects as long as the runs are. */
export function useRunMetrics(project: string | null, runs: readonly string[]): readonly RunMetrics[] {
  const { library } = useWorkbench();
  const key = runs.join('\n');
  const ids = useMemo(() => (key === '' ? [] : key.split('\n')), [key]);
  useEffect(() => {
    if (project === null) return;
    const leaves = ids.map((run) => library.follow(project, run, notifyFault));
    return () => {
      for (const leave of leaves) leave();
    };
  }, [library, project, ids]);
  return useMemo(
    () => (project === null ? [] : ids.map((run) => library.metrics(project, run))),
    [library, project, ids],
  );
}

/** Between two changes of what React shows of a run, in milliseconds: the charts do not wait for it. */
const interval = 1000;

/** Renders again when something of the measurements changed, once a second at most. @returns a version. */
export function useSlowly(sources: readonly RunMetrics[]): number {
  const [version, setVersion] = useState(0);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let rendered = Number.NEGATIVE_INFINITY;
    const wake = (): void => {
      timer ??= setTimeout(
        () => {
          timer = undefined;
          rendered = performance.now();
          setVersion((count) => count + 1);
        },
        Math.max(0, rendered + interval - performance.now()),
      );
    };
    const leaves = sources.map((source) => source.listen(wake));
    wake();
    return () => {
      clearTimeout(timer);
      for (const leave of leaves) leave();
    };
  }, [sources]);
  return version;
}
