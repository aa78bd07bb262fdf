import type { FloatArray } from '../backends/backend.ts';
import type { TrainingConfig } from '../contract/training.ts';
import type { TrainingState } from '../contract/training-state.ts';
import { plateauAfter } from './plateau.ts';
import type { UpdateResult } from './updater.ts';

/** Where a run stands, apart from its weights. The fields are those of `TrainingState`. */
export class Progress {
  step: number;
  microStep: number;
  epoch: number;
  batchInEpoch: number;
  epochLossSum: number;
  epochWeightSum: number;
  best: TrainingState['best'];
  epochsWithoutImprovement: number;
  plateau: TrainingState['plateau'];

  constructor(state: TrainingState) {
    this.step = state.step;
    this.microStep = state.microStep;
    this.epoch = state.epoch;
    this.batchInEpoch = state.batchInEpoch;
    this.epochLossSum = state.epochLossSum;
    this.epochWeightSum = state.epochWeightSum;
    this.best = state.best;
    this.epochsWithoutImprovement = state.epochsWithoutImprovement;
    this.plateau = state.plateau;
  }

  /** @param batches of an update that was begun. */
  move(batches: number): void {
    this.step += 1;
    this.microStep += batches;
    this.batchInEpoch += batches;
  }

  /** What an update did, in the order in which they were begun. */
  learn(result: UpdateResult): void {
    this.epochLossSum += result.loss * result.weight;
    this.epochWeightSum += result.weight;
  }

  /** Mean training loss of the epoch so far. */
  get epochLoss(): number {
    return this.epochWeightSum === 0 ? 0 : this.epochLossSum / this.epochWeightSum;
  }

  /**
   * Whether a watched loss beats the best one by more than the change that counts.
   */
  improves(value: number, training: TrainingConfig): boolean {
    const change = training.earlyStopping?.minimumChange ?? 0;
    return this.best === null || value < this.best.value - change;
  }

  /** @param weights of the model that gave `value`, when it is the best so far; null otherwise. */
  afterEpoch(value: number, weights: ReadonlyMap<string, FloatArray> | null, training: TrainingConfig): void {
    if (weights !== null) this.best = { epoch: this.epoch, value, parameters: weights };
    this.epochsWithoutImprovement = weights !== null ? 0 : this.epochsWithoutImprovement + 1;
    this.plateau = plateauAfter(this.plateau, training.plateau, value, training.learningRate);
    this.epoch += 1;
    this.batchInEpoch = 0;
    this.epochLossSum = 0;
    this.epochWeightSum = 0;
  }

  /** Why the run is over, or null while it goes on. Keras: with patience 0 the first epoch without improvement ends it. */
  endReason(training: TrainingConfig): 'epochs' | 'steps' | 'early-stopping' | null {
    const { earlyStopping } = training;
    if (
      earlyStopping !== null &&
      this.epochsWithoutImprovement > 0 &&
      this.epochsWithoutImprovement >= earlyStopping.patience
    ) {
      return 'early-stopping';
    }
    if (training.steps !== null && this.step >= training.steps) return 'steps';
    return this.epoch >= training.epochs ? 'epochs' : null;
  }
}
