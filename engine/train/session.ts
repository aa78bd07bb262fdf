import type { FloatArray } from '../backends/backend.ts';
import type { WorkbenchError } from '../base/errors.ts';
import type { TrainingConfig } from '../contract/training.ts';
import type { TrainingState } from '../contract/training-state.ts';
import type { SampleSet } from '../data/prepared.ts';
import { evaluationOrder } from '../infer/batches.ts';
import { evaluate } from '../infer/evaluate.ts';
import { Runner } from '../infer/runner.ts';
import { type Divergence, explainDivergence } from './divergence.ts';
import type { TrainOptions } from './options.ts';
import { totalSteps } from './order.ts';
import { Progress } from './progress.ts';
import { learningRate } from './schedules.ts';
import { type BegunUpdate, type UpdateResult, Updater } from './updater.ts';
import { evaluatedWeights, loadWeights, readWeights } from './weights.ts';

/** Gradient norms kept to explain a divergence. */
const keptNorms = 20;
/** Milliseconds of work after which other work of the process may happen. */
const pauseInterval = 20;

/** Where an update stands in the run. */
interface Position {
  /** Its number, from 1. */
  readonly step: number;
  readonly epoch: number;
  readonly learningRate: number;
}

/** An update whose result is known. */
export interface KnownUpdate extends UpdateResult, Position {}

/** A run in progress: its weights on the backend, its position, and what can be done with them. */
export class TrainingSession {
  readonly runner: Runner;
  readonly progress: Progress;
  readonly training: TrainingConfig;
  /** Whether validation decides what is best; otherwise the training loss does. */
  readonly validates: boolean;
  rate = 0;
  readonly #options: TrainOptions;
  readonly #updater: Updater;
  readonly #totalSteps: number;
  readonly #norms: number[] = [];
  /** Updates that were begun and whose results are not known yet, the oldest first. */
  readonly #begun: (Position & BegunUpdate)[] = [];
  #lastPause: number;

  constructor(options: TrainOptions) {
    const { built, executable, precision, state, data, host } = options;
    this.#options = options;
    this.training = options.experiment.training;
    this.runner = new Runner(built, executable, precision);
    this.progress = new Progress(state);
    this.validates = data.validation.count > 0;
    this.#updater = new Updater(this.runner, data.train, this.training, state.carried, options.feed);
    this.#totalSteps = totalSteps(data.train, this.training);
    this.#lastPause = host.now();
    loadWeights(this.runner, state);
  }

  /**
   * Begins the next update of the epoch in progress. Waits for results only so far as more than
   * `TrainOptions.resultsBehind` would be unknown, and returns those.
   * @throws train/diverged when a loss or a gradient norm is no longer a number.
   */
  async update(order: Parameters<Updater['update']>[0]): Promise<KnownUpdate[]> {
    const { progress } = this;
    const scheduled = learningRate(
      this.training,
      { step: progress.step, epoch: progress.epoch, totalSteps: this.#totalSteps },
      progress.plateau.factor,
    );
    this.rate = scheduled * (this.#options.control?.rateFactor() ?? 1);
    const begun = await this.#updater.update(
      order,
      progress.batchInEpoch,
      progress.step + 1,
      progress.microStep,
      this.rate,
    );
    progress.move(begun.batches.length);
    const { step, epoch } = progress;
    this.#begun.push({ ...begun, step, epoch, learningRate: this.rate });
    const known = await this.#learn(this.#options.resultsBehind ?? 0);
    await this.pause();
    return known;
  }

  /**
   * Waits for the results of all updates that were begun.
   * @throws train/diverged as `update` does.
   */
  settle(): Promise<KnownUpdate[]> {
    return this.#learn(0);
  }

  /** Waits until no more than some results are unknown. */
  async #learn(unknown: number): Promise<KnownUpdate[]> {
    const known: KnownUpdate[] = [];
    while (this.#begun.length > unknown) {
      const { result: coming, ...position } = this.#begun.shift() as Position & BegunUpdate;
      const result = await coming;
      this.progress.learn(result);
      const { train } = this.#options.data;
      const { loss, gradientNorm, batches } = result;
      if (!Number.isFinite(loss)) throw this.#diverged('training loss', loss, train, batches, position);
      if (!Number.isFinite(gradientNorm)) {
        throw this.#diverged('gradient norm', gradientNorm, train, batches, position);
      }
      this.#norms.push(gradientNorm);
      if (this.#norms.length > keptNorms) this.#norms.shift();
      known.push({ ...result, ...position });
    }
    return known;
  }

  #diverged(
    what: Divergence['what'],
    value: number,
    set: SampleSet,
    batches: Divergence['batches'],
    { step, learningRate }: Pick<Position, 'step' | 'learningRate'>,
  ): WorkbenchError {
    const { model } = this.runner.built;
    const facts = { what, value, step, norms: this.#norms, learningRate, set, batches };
    return explainDivergence(facts, model, this.training);
  }

  /** Lets other work happen now and then, without slowing small steps. */
  readonly pause = async (): Promise<void> => {
    const { host } = this.#options;
    if (host.now() - this.#lastPause < pauseInterval) return;
    await host.pause();
    this.#lastPause = host.now();
  };

  /**
   * Metrics of the epoch in progress: `train.loss`, and of the validation part `validation.loss` and the others,
   * computed with the averaged weights where there are any. Changes nothing.
   * @throws train/interrupted when the signal is aborted meanwhile; train/diverged when the loss is not a number.
   */
  async measure(): Promise<Record<string, number>> {
    const { data, signal } = this.#options;
    await this.settle();
    const train = { 'train.loss': this.progress.epochLoss };
    if (!this.validates) return train;
    const metrics = await this.#withEvaluatedWeights(() =>
      evaluate(this.runner, data.validation, { scales: null, ranking: false, pause: this.pause, signal }),
    );
    if (metrics.loss !== undefined && !Number.isFinite(metrics.loss)) {
      const { batchSize, stateful } = this.training;
      const order = evaluationOrder(data.validation, batchSize, stateful);
      const batches = Array.from({ length: order.count }, (_, index) => order.batch(index));
      throw this.#diverged('validation loss', metrics.loss, data.validation, batches, {
        step: this.progress.step,
        learningRate: this.rate,
      });
    }
    const named = Object.entries(metrics).map(([name, value]) => [`validation.${name}`, value]);
    return { ...train, ...Object.fromEntries(named) };
  }

  /** `gates.update.saturation` and `gates.reset.saturation` of the last batch, where the backend keeps its gates. */
  async gateSaturation(): Promise<Record<string, number>> {
    return this.#options.readsGates === true ? this.#updater.gateSaturation() : {};
  }

  async #withEvaluatedWeights<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.training.averaging === null) return work();
    const live = await this.runner.readParameters();
    this.runner.writeParameters(await evaluatedWeights(this.runner));
    try {
      return await work();
    } finally {
      this.runner.writeParameters(live);
    }
  }

  /** Ends the epoch in progress with its metrics; true when it is the best so far. */
  async endEpoch(metrics: Readonly<Record<string, number>>): Promise<boolean> {
    const value = this.#watched(metrics);
    const best = this.progress.improves(value, this.training);
    this.progress.afterEpoch(value, best ? await evaluatedWeights(this.runner) : null, this.training);
    return best;
  }

  /** The validation loss; the training loss where nothing is validated or no target of it counts. */
  #watched(metrics: Readonly<Record<string, number>>): number {
    return metrics['validation.loss'] ?? metrics['train.loss'] ?? Number.POSITIVE_INFINITY;
  }

  /** A copy of everything the run needs to go on from here. */
  async snapshot(): Promise<TrainingState> {
    const { progress } = this;
    await this.settle();
    return {
      step: progress.step,
      microStep: progress.microStep,
      epoch: progress.epoch,
      batchInEpoch: progress.batchInEpoch,
      epochLossSum: progress.epochLossSum,
      epochWeightSum: progress.epochWeightSum,
      ...(await readWeights(this.runner)),
      carried: new Map([...this.#updater.states].map(([name, values]) => [name, values.slice()])),
      best: progress.best,
      epochsWithoutImprovement: progress.epochsWithoutImprovement,
      plateau: progress.plateau,
    };
  }

  /** Puts the final model into the executable and returns it: the best epoch's weights, the averages, or the last. */
  async finish(): Promise<ReadonlyMap<string, FloatArray>> {
    await this.settle();
    const restores = this.training.earlyStopping?.restoreBest === true;
    const best = restores ? this.progress.best : null;
    const final = best?.parameters ?? (await evaluatedWeights(this.runner));
    this.runner.writeParameters(final);
    return final;
  }
}
