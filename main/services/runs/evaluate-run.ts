import { prepareData } from '../../../engine/data/prepare.ts';
import { Runner } from '../../../engine/infer/runner.ts';
import { createSpillingRows } from '../../platform/tables/disk-rows.ts';
import type { ServiceHost } from '../host.ts';
import { assembleRun, type BackendWish } from './assemble.ts';
import { measureModel } from './measure.ts';
import { loadWeights, newestFinishedRun, openRun } from './open-run.ts';
import { tableOf } from './resume-run.ts';

export interface EvaluateOptions {
  readonly folder: string;
  /** The newest finished run, by default. */
  readonly run?: string;
  readonly backend?: BackendWish['name'];
  readonly threads?: number;
}

export interface Evaluation {
  readonly run: string;
  /** Which weights were measured, for a person. */
  readonly source: string;
  readonly testSamples: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/** Measures a run on the test part of the data it was trained on, beside naive baselines. Writes nothing. */
export async function evaluateRun(host: ServiceHost, options: EvaluateOptions): Promise<Evaluation> {
  const { folder } = options;
  const run = await openRun(host, folder, options.run ?? (await newestFinishedRun(host, folder)));
  const { weights, source } = await loadWeights(host, run);
  const data = prepareData(
    run.experiment,
    await tableOf(folder, run),
    run.preparation,
    createSpillingRows(folder),
  );
  const wish = { ...run.experiment.backend, ...definedWish(options) };
  const assembled = await assembleRun(host, { ...run, data }, wish, false);
  try {
    const { built, executable, backend } = assembled;
    new Runner(built, executable, backend.info.precision).writeParameters(weights);
    const metrics = await measureModel(host, assembled);
    return { run: run.record.id, source, testSamples: data.test.count, metrics };
  } finally {
    assembled.dispose();
  }
}

/** What a person said about the backend; the rest is the run's own. */
export function definedWish(options: Pick<EvaluateOptions, 'backend' | 'threads'>): Partial<BackendWish> {
  return {
    ...(options.backend === undefined ? {} : { name: options.backend }),
    ...(options.threads === undefined ? {} : { threads: options.threads }),
  };
}
