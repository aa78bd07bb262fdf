import type { RunEvent } from '../../../engine/contract/events.ts';
import type { Experiment } from '../../../engine/contract/experiment.ts';
import { splitSchema } from '../../../engine/contract/split.ts';
import { foldsOf } from '../../../engine/data/rolling-origin.ts';
import { openProject } from '../../../engine/store/project.ts';
import { readConfig } from '../config/config-file.ts';
import type { ServiceHost } from '../host.ts';
import { type TrainOptions, trainOpened, wished } from './train-run.ts';

export interface FoldsOptions extends TrainOptions {
  /** How many folds, over whatever split the configuration has; by default it must be a rolling origin itself. */
  readonly folds?: number;
}

/** Metrics on the test part of one fold. */
export interface FoldOutcome {
  /** From 1, the earliest. */
  readonly fold: number;
  readonly run: string;
  readonly metrics: Readonly<Record<string, number | null>>;
}

/**
 * Cross-validation over time: one run for each fold of a rolling-origin split, the earliest first. Yields the events
 * of all runs; an interrupted run is the last.
 * @param finished hears of every fold that is done.
 */
export async function* trainFolds(
  host: ServiceHost,
  options: FoldsOptions,
  finished: (outcome: FoldOutcome) => void,
): AsyncGenerator<RunEvent> {
  const { folder, signal } = options;
  const project = await openProject(host.store, folder);
  try {
    const config = await readConfig(host.store, folder, options.assignments);
    const experiment = wished(withFolds(config, options.folds), options.backend, options.threads);
    for (const [index, fold] of foldsOf(experiment).entries()) {
      for await (const event of trainOpened(host, { folder, experiment: fold, signal })) {
        yield event;
        if (event.event !== 'done') continue;
        if (event.reason === 'interrupted') return;
        finished({ fold: index + 1, run: event.id, metrics: event.metrics });
      }
    }
  } finally {
    await project.close();
  }
}

function withFolds(experiment: Experiment, folds: number | undefined): Experiment {
  if (folds === undefined) return experiment;
  const { split } = experiment.data;
  const kept = split.kind === 'rollingOrigin' ? split : split.kind === 'time' ? { gap: split.gap } : {};
  const rolling = splitSchema.parse({ ...kept, kind: 'rollingOrigin', folds, fold: null });
  return { ...experiment, data: { ...experiment.data, split: rolling } };
}

export interface FoldSummary {
  readonly mean: number;
  /** Standard deviation over the folds (n - 1); null for one fold. */
  readonly deviation: number | null;
  /** By fold. */
  readonly values: readonly number[];
}

/** Mean and deviation of every metric that all folds have. */
export function summarizeFolds(outcomes: readonly FoldOutcome[]): Record<string, FoldSummary> {
  const summary: Record<string, FoldSummary> = {};
  for (const name of Object.keys(outcomes[0]?.metrics ?? {})) {
    const values = outcomes.flatMap(({ metrics }) => metrics[name] ?? []);
    if (values.length < outcomes.length) continue;
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    const deviation = values.length < 2 ? null : Math.sqrt(squares / (values.length - 1));
    summary[name] = { mean, deviation, values };
  }
  return summary;
}
