import type { Executable } from '../backends/backend.ts';
import type { RunEvent } from '../contract/events.ts';
import type { Experiment } from '../contract/experiment.ts';
import type { TrainingState } from '../contract/training-state.ts';
import type { PreparedData } from '../data/prepared.ts';
import type { BuiltPlan } from '../plan/built.ts';
import type { BatchFeed } from './batch-feed.ts';

/** Everything a training run is given. */
export interface TrainOptions {
  readonly experiment: Experiment;
  /** A plan for training whose extent holds the batch size and the longest sample of all three parts. */
  readonly built: BuiltPlan;
  /** The plan, prepared. The run writes all weights: nothing need be in it before. */
  readonly executable: Executable;
  readonly precision: 'float32' | 'float64';
  readonly data: PreparedData;
  /** Where to start: `initialTrainingState`, or that of a checkpoint. */
  readonly state: TrainingState;
  /** When aborted, the run stops after the update in progress, with an exact state. */
  readonly signal: AbortSignal;
  readonly host: TrainHost;
  /** What a person may change while the run goes on. */
  readonly control?: TrainControl;
  /** Assembles the batches of the training part; by default that is done while the backend computes. */
  readonly feed?: BatchFeed | null;
  /** `BackendInfo.resultsBehind` of the backend; default 0. */
  readonly resultsBehind?: number;
  /**
   * Whether the backend lets the gates of the last batch be read, so that epochs tell how saturated they are. Default
   * false: TensorFlow's fused kernels keep them to themselves.
   */
  readonly readsGates?: boolean;
}

/** Asked after every update, so that a change takes effect from the next one on. */
export interface TrainControl {
  /** Factor on the learning rate that the schedule gives. */
  rateFactor(): number;
  /** Whether a checkpoint is wished for now; asking withdraws the wish. */
  takeCheckpointWish(): boolean;
}

/** What the run is given of the machine it is on. */
export interface TrainHost {
  /** Milliseconds from any origin, never going back. */
  now(): number;
  /** Lets other work of the process happen: signals, timers, messages. `setImmediate` in Node. */
  pause(): Promise<void>;
  /** Least time between two step events, in milliseconds; 0 for one at every step. */
  readonly stepEventInterval: number;
}

/** A moment at which the state may be saved. The run stands still until the next event is asked for. */
export interface CheckpointMoment {
  readonly event: 'checkpoint-due';
  readonly step: number;
  readonly epoch: number;
  /**
   * Why now: an epoch ended, `checkpoints.everySteps` updates were made, a person wished it, the run was interrupted,
   * or it ends here.
   */
  readonly cause: 'epoch' | 'steps' | 'wish' | 'interrupted' | 'end';
  /** Whether the epoch that just ended is the best so far. */
  readonly best: boolean;
  /** A copy of the whole state; only until the next event is asked for. */
  snapshot(): Promise<TrainingState>;
}

/** How a run ended, and the model it leaves: the best epoch's weights, the average, or the last. */
export interface TrainingEnd {
  readonly event: 'end';
  readonly reason: Extract<RunEvent, { event: 'done' }>['reason'];
  readonly step: number;
  readonly epoch: number;
  /** Epoch of the best validation so far, from 0, or null. */
  readonly bestEpoch: number | null;
  /** Weights of the final model by name. They are also in the executable, ready to predict and evaluate. */
  readonly parameters: ReadonlyMap<string, Float32Array | Float64Array>;
  readonly seconds: number;
}

/** What `train` yields, in order; `end` is the last unless it throws `train/diverged`. */
export type TrainingEvent =
  | Extract<RunEvent, { event: 'step' | 'epoch' | 'decision' }>
  | CheckpointMoment
  | TrainingEnd;
