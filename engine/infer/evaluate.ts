import { WorkbenchError } from '../base/errors.ts';
import type { SampleSet } from '../data/prepared.ts';
import { collectMetrics } from './metrics/collect.ts';
import { pass } from './pass.ts';
import type { Runner } from './runner.ts';

export interface EvaluateOptions {
  /** Naive error of each target on the training part (`naiveScales`), for `mase`; null leaves it out. */
  readonly scales: readonly number[] | null;
  /** Also compute the area under the ROC curve, which sorts all predictions. Default true. */
  readonly ranking?: boolean;
  /** Lets other work of the process happen; called between batches. */
  pause(): Promise<void>;
  /** When aborted, the evaluation throws `train/interrupted`. */
  readonly signal?: AbortSignal;
}

/**
 * The loss and metrics of the weights now in the runner over a set: `loss` in model space with the run's reduction,
 * errors of values in the units of the file. Empty for an empty set.
 */
export async function evaluate(
  runner: Runner,
  set: SampleSet,
  options: EvaluateOptions,
): Promise<Record<string, number>> {
  if (set.count === 0) return {};
  const { loss, model } = runner.built;
  const metrics = collectMetrics(loss, model.outputs, options.scales, options.ranking ?? true);
  let lossSum = 0;
  let weightSum = 0;
  for await (const passed of pass(runner, set, { withLoss: true, pause: options.pause })) {
    lossSum += passed.loss * passed.lossWeight;
    weightSum += passed.lossWeight;
    if (options.signal?.aborted === true) {
      throw new WorkbenchError('train/interrupted', 'The evaluation was interrupted');
    }
    metrics.add(set, passed.samples, passed.batch, passed.predictions);
  }
  return weightSum === 0 ? {} : { loss: lossSum / weightSum, ...metrics.result() };
}
