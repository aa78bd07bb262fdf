import type { ModelDescription, ParameterDescription } from '../model/description.ts';
import type { Loss } from '../ops/loss.ts';
import type { Rows, SlotId } from '../ops/matrix.ts';
import type { Plan } from './plan.ts';

/** A plan, and where in it everything lies that is written before a run or read after one. */
export interface BuiltPlan {
  readonly model: ModelDescription;
  readonly plan: Plan;
  readonly loss: Loss;
  /** By what a mean over all outputs divides beside the weights: see `termsPerRow`. */
  readonly termsPerRow: number;
  readonly inputs: BatchSlots;
  readonly parameters: ReadonlyMap<string, PlannedParameter>;
  readonly predictions: PredictionSlot;
  /** States carried from one window to the next; empty unless the run is stateful. */
  readonly states: readonly CarriedState[];
  /** Gates, states and their gradients of every direction; empty unless asked for. */
  readonly inspection: readonly InspectedDirection[];
  /** [T*B] weights of the attention read-out, or null. */
  readonly attentionWeights: SlotId | null;
}

/** Slots that a batch is written to; null where the model or the data has no such thing. */
export interface BatchSlots {
  /** [T*B,F] */
  readonly features: SlotId | null;
  /** [T*B,K] */
  readonly tokens: SlotId | null;
  /** [B] */
  readonly lengths: SlotId | null;
  /** [B,S] */
  readonly initialState: SlotId | null;
  /** [rows,targets] */
  readonly targets: SlotId | null;
  /** [rows] */
  readonly labels: SlotId | null;
  /** [rows] */
  readonly weights: SlotId;
}

export interface PlannedParameter {
  readonly description: ParameterDescription;
  readonly slot: SlotId;
  /** null where the weight does not learn. */
  readonly gradient: SlotId | null;
  /** Slots of the optimizer in the order s0, s1, ...; empty where the weight does not learn. */
  readonly optimizer: readonly { readonly name: string; readonly slot: SlotId }[];
  /** Its moving average, or null. */
  readonly average: SlotId | null;
}

export interface PredictionSlot {
  readonly slot: SlotId;
  /** One prediction at every step, or one a sample. */
  readonly rows: Rows;
  readonly columns: number;
}

export interface CarriedState {
  /** `gru.0.forward` */
  readonly name: string;
  readonly units: number;
  /** [B,H], written before a run. */
  readonly initial: SlotId;
  /** [B,H], read after a run. */
  readonly final: SlotId;
}

export interface InspectedDirection {
  /** `gru.0.forward` */
  readonly name: string;
  readonly units: number;
  readonly reverse: boolean;
  /** [T*B,4H]: z, r, n and the recurrent part of n (see `GruSaved`). */
  readonly gates: SlotId;
  /** [T*B, width of the layer]; this direction starts at `column`. */
  readonly output: { readonly slot: SlotId; readonly column: number; readonly stride: number };
  /** [T*B,H] derivative of the loss with respect to each state; null in a plan that cannot train. */
  readonly stateGradient: SlotId | null;
}
