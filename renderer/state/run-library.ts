import { useEffect, useMemo, useState } from 'react';
import { RunMetrics } from '../metrics/run-metrics.ts';
import type { Connection } from '../rpc/client.ts';
import { subscribe } from '../rpc/subscribe.ts';
import { useWorkbench } from './workbench.tsx';

interface Followed {
  readonly metrics: RunMetrics;
  readers: number;
  leave: (() => void) | null;
}

/** The measurements of the runs that were looked at, kept while the window shows their project. */
export class RunLibrary {
  readonly #connection: Connection;
  readonly #runs = new Map<string, Followed>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** What is known of a run; `follow` brings it up to date. */
  metrics(project: string, run: string): RunMetrics {
    return this.#followed(project, run).metrics;
  }

  /** Follows a run for as long as somebody reads it. @returns what ends that for this reader. */
  follow(project: string, run: string, failed: (error: unknown) => void): () => void {
    const followed = this.#followed(project, run);
    const { metrics } = followed;
    const { workbench, wire } = this.#connection;
    followed.readers += 1;
    followed.leave ??= subscribe({
      wire,
      open: async (signal) => {
        const stream = await workbench.runs.follow({ project, run, position: metrics.position }, { signal });
        metrics.begin();
        return stream;
      },
      news: (news) => metrics.take(news),
      failed,
    });
    return () => {
      followed.readers -= 1;
      if (followed.readers > 0) return;
      followed.leave?.();
      followed.leave = null;
    };
  }

  #followed(project: string, run: string): Followed {
    const key = `${project}/${run}`;
    const known = this.#runs.get(key);
    if (known !== undefined) return known;
    const followed = { metrics: new RunMetrics(), readers: 0, leave: null };
    this.#runs.set(key, followed);
    return followed;
  }
}

/** Follows runs while the component is shown. Their measurements are the same objects as long as the runs are. */
export function useRunMetrics(project: string | null, runs: readonly string[]): readonly RunMetrics[] {
  const { library } = useWorkbench();
  const key = runs.join('\n');
  const ids = useMemo(() => (key === '' ? [] : key.split('\n')), [key]);
  const [, setFailed] = useState<unknown>(null);
  useEffect(() => {
    if (project === null) return;
    const leaves = ids.map((run) => library.follow(project, run, setFailed));
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
const interval = 250;

/** Renders again when something of the measurements changed, a few times a second at most. @returns a version. */
export function useSlowly(sources: readonly RunMetrics[]): number {
  const [version, setVersion] = useState(0);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const wake = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined;
        setVersion((count) => count + 1);
      }, interval);
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
