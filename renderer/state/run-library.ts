import { RunMetrics } from '../metrics/run-metrics.ts';
import type { Connection } from '../rpc/client.ts';
import { subscribe } from '../rpc/subscribe.ts';

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
