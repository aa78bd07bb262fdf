import type { FloatArray } from '../backends/backend.ts';
import type { TrainingConfig } from '../contract/training.ts';
import type { Batch, SampleSet } from '../data/prepared.ts';
import type { BatchOrder, BatchPlan } from '../infer/batches.ts';
import { type CarriedStates, type Runner, readStates, writeStates } from '../infer/runner.ts';
import { resultCount, resultIndex, scalarIndex } from '../plan/plan.ts';
import type { BatchFeed } from './batch-feed.ts';
import { gateSaturation } from './gate-saturation.ts';
import { optimizerScalars, setOptimizerScalars } from './optimizers.ts';

/** What one update did. */
export interface UpdateResult {
  /** Mean loss of its batches over `weight`, without penalty. */
  readonly loss: number;
  readonly weight: number;
  readonly penalty: number;
  /** Norm of the whole gradient before clipping. */
  readonly gradientNorm: number;
  readonly clippedFraction: number;
  readonly sequences: number;
  readonly batches: readonly BatchPlan[];
}

/** An update that was given to the backend. */
export interface BegunUpdate {
  readonly batches: readonly BatchPlan[];
  /** What it did, once the backend tells. */
  readonly result: Promise<UpdateResult>;
}

/** Makes updates: one or several batches forward and backward, then the optimizer. */
export class Updater {
  readonly #runner: Runner;
  readonly #set: SampleSet;
  readonly #training: TrainingConfig;
  #batch: Batch;
  /** Samples of the batch after the one in progress, which `#spare` holds, or will once the feed is done. */
  #next: Int32Array | null = null;
  #spare: Batch;
  readonly #feed: BatchFeed | null;
  readonly #random = new Int32Array(4);
  #updated = false;
  /** Final states of the streams of a stateful run. */
  readonly states: CarriedStates;

  constructor(
    runner: Runner,
    set: SampleSet,
    training: TrainingConfig,
    carried: ReadonlyMap<string, FloatArray>,
    feed: BatchFeed | null = null,
  ) {
    this.#runner = runner;
    this.#feed = feed;
    this.#set = set;
    this.#training = training;
    this.#batch = runner.createBatch();
    this.#spare = runner.createBatch();
    this.states = new Map([...carried].map(([name, values]) => [name, runner.floats(values)]));
    this.#random[0] = training.seed >>> 0;
    this.#random[1] = Math.floor(training.seed / 0x100000000) >>> 0;
  }

  /**
   * Begins one update from the batches at `first` and after, as many as are accumulated. The next may begin before the
   * result is known.
   * @param step number of this update, from 1.
   * @param microStep forward-backward passes made before; numbers the random masks.
   */
  async update(
    order: BatchOrder,
    first: number,
    step: number,
    microStep: number,
    learningRate: number,
  ): Promise<BegunUpdate> {
    const runner = this.#runner;
    const { gradientAccumulation, optimizer } = this.#training;
    const count = Math.min(gradientAccumulation, order.count - first);
    const batches = Array.from({ length: count }, (_, index) => order.batch(first + index));
    const weight = await this.#weightOf(batches);
    const ahead = gradientAccumulation === 1 && first + 1 < order.count ? order.batch(first + 1) : null;
    if (this.#feed !== null && ahead !== null) this.#beginAhead(this.#feed, ahead.samples);

    runner.scalars[scalarIndex.lossScale] = weight > 0 ? 1 / weight : 0;
    setOptimizerScalars(runner.scalars, optimizerScalars(optimizer, step, learningRate));
    runner.writeScalars();
    if (gradientAccumulation > 1) await runner.run('zeroGradients', runner.built.plan.extent);
    for (let index = 0; index < count; index++) {
      await this.#gradients(batches[index] as BatchPlan, count > 1, microStep + index);
    }
    await runner.run('update', this.#batch);
    this.#updated = true;

    const reading = runner.executable.readFloats(runner.built.plan.results, resultCount);
    // A backend with a processor of its own is still busy: the time until it answers is enough for the next batch.
    if (this.#feed === null && ahead !== null) this.#assembleAhead(ahead.samples);
    const result = Promise.resolve(reading).then((results) => ({
      loss: results[resultIndex.loss] as number,
      weight,
      penalty: results[resultIndex.penalty] as number,
      gradientNorm: results[resultIndex.gradientNorm] as number,
      clippedFraction: results[resultIndex.clippedFraction] as number,
      sequences: batches.reduce((sum, { samples }) => sum + samples.length, 0),
      batches,
    }));
    // Whoever waits for it is told; nobody may, when another error came first.
    result.catch(() => undefined);
    return { batches, result };
  }

  /** How saturated the gates were in the last batch; nothing before the first update. */
  async gateSaturation(): Promise<Record<string, number>> {
    return this.#updated ? gateSaturation(this.#runner, this.#batch) : {};
  }

  /**
   * The weight of all batches together, so that accumulated gradients are exactly those of one big batch. A single
   * batch is left assembled; several are assembled once more when their turn comes.
   */
  async #weightOf(batches: readonly BatchPlan[]): Promise<number> {
    let weight = 0;
    for (const { samples } of batches) {
      if (!(await this.#takeAssembled(samples))) this.#set.fill(samples, this.#batch);
      weight += this.#runner.lossWeight(this.#batch);
    }
    return weight;
  }

  #assembleAhead(samples: Int32Array): void {
    this.#set.fill(samples, this.#spare);
    this.#next = samples.slice();
  }

  #beginAhead(feed: BatchFeed, samples: Int32Array): void {
    feed.begin(samples);
    this.#next = samples.slice();
  }

  /** Whether these samples were assembled ahead; they are then the batch in progress. */
  async #takeAssembled(samples: Int32Array): Promise<boolean> {
    const next = this.#next;
    if (next === null) return false;
    this.#next = null;
    await this.#feed?.take(this.#spare);
    if (next.length !== samples.length || next.some((sample, row) => sample !== samples[row])) return false;
    [this.#batch, this.#spare] = [this.#spare, this.#batch];
    return true;
  }

  async #gradients({ samples, lanes, fresh }: BatchPlan, refill: boolean, microStep: number): Promise<void> {
    const runner = this.#runner;
    if (refill) this.#set.fill(samples, this.#batch);
    runner.writeBatch(this.#batch);
    if (lanes !== null && fresh !== null) writeStates(runner, this.states, lanes, fresh);
    this.#random[2] = microStep >>> 0;
    this.#random[3] = Math.floor(microStep / 0x100000000) >>> 0;
    runner.executable.writeInts(runner.built.plan.random, this.#random);
    await runner.run('gradients', this.#batch);
    if (lanes !== null) await readStates(runner, this.states, lanes);
  }
}
