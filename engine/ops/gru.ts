import { type Activation, needsPreactivation } from './activation.ts';
import type { Matrix, SlotId } from './matrix.ts';

/**
 * The gated recurrent unit (Cho et al. 2014, arXiv 1406.1078), over a whole sequence in one direction.
 *
 * x_t [B,I], h [B,H]; every weight that holds three gates orders them **z (update), r (reset), n (candidate)** by
 * columns: kernel W [I,3H], recurrent U [H,3H], bias b [3H], recurrentBias c [3H]. This file is the only place where
 * gate order is written.
 *
 *   m = h * recurrentMask            (variational dropout, Gal and Ghahramani 2016; the same mask at every step;
 *                                     only the products with U see m, the mix below sees h)
 *   z = sigma(clip(x W_z + b_z + m U_z + c_z))
 *   r = sigma(clip(x W_r + b_r + m U_r + c_r))
 *   before:             n = phi(clip(x W_n + b_n + (r * m) U_n))          c does not exist
 *   after:              n = phi(clip(x W_n + b_n + r * (m U_n)))          c does not exist
 *   afterRecurrentBias: n = phi(clip(x W_n + b_n + r * (m U_n + c_n)))    (cuDNN, PyTorch, Keras reset_after=True)
 *   candidate state     g = z * h + (1 - z) * n
 *   zoneout             h' = mask * h + (1 - mask) * g in training, rate * h + (1 - rate) * g in inference
 *                       (Krueger et al. 2017; mask is 1 where the old state is kept)
 *   lengths             h' = h where t >= lengths[b]: padded steps carry the state and pass its gradient through
 *
 * clip(a) limits a pre-activation to [-clip, clip] (ONNX attribute `clip`), derivative 0 outside.
 *
 * With layer normalization (Ba et al. 2016), each gate's block of units in x W and in m U (or (r*m) U_n) is
 * normalized over its H units, (v - mean) / sqrt(variance + epsilon), and multiplied by a learned gain before its bias
 * is added: gain [6H] = input z,r,n then recurrent z,r,n.
 *
 * `reverse` walks t from T-1 down to 0; outputs stay at the timestep they belong to.
 */
export interface GruShape {
  readonly inputs: number;
  readonly units: number;
  readonly resetMode: ResetMode;
  readonly gateActivation: Activation;
  readonly candidateActivation: Activation;
  /** Limit of the pre-activations, or null. */
  readonly clip: number | null;
  readonly reverse: boolean;
  /** Probability that a unit keeps its old state; 0 for none. */
  readonly zoneout: number;
  readonly layerNormalization: boolean;
}

export const resetModes = ['before', 'after', 'afterRecurrentBias'] as const;
export type ResetMode = (typeof resetModes)[number];

export const layerNormalizationEpsilon = 1e-5;

/** Slots of the weights, or of their gradients (then null where the weight is frozen or absent). */
export interface GruWeights<Required> {
  /** [I,3H] */
  readonly kernel: Required;
  /** [H,3H] */
  readonly recurrent: Required;
  /** [3H], or null without bias */
  readonly bias: SlotId | null;
  /** [3H], only with `afterRecurrentBias` and bias */
  readonly recurrentBias: SlotId | null;
  /** [6H], only with layer normalization */
  readonly gain: SlotId | null;
}

/** Where the sequence starts: the rows of a [B, ...] slot, or one [H] vector that all samples share. */
export type InitialState =
  | { readonly kind: 'rows'; readonly state: Matrix }
  | { readonly kind: 'shared'; readonly slot: SlotId };

/**
 * What the backward pass and the inspection of gates need; absent in inference unless asked for. What the slots hold
 * at padded steps is unspecified.
 */
export interface GruSaved {
  /** [T*B,4H]: z, r, n after activation, then m U_n + c_n (for `before`: (r*m) U_n) as it enters the candidate. */
  readonly gates: SlotId;
  /** [T*B,3H] z, r, n before clip and activation; only where `gruKeepsPreactivations` says so. */
  readonly preactivations: SlotId | null;
  /** [T*B,6H] normalized values before the gain; only with layer normalization. */
  readonly normalized: SlotId | null;
  /** [T*B,6] 1 / sqrt(variance + epsilon) of each block; only with layer normalization. */
  readonly inverseDeviation: SlotId | null;
}

export interface GruForward {
  readonly kind: 'gruForward';
  readonly shape: GruShape;
  readonly weights: GruWeights<SlotId>;
  /** [T*B,I] */
  readonly input: Matrix;
  /** [T*B,H]: the state after each step; it is also where the kernels keep the state, so it must not alias `input`. */
  readonly output: Matrix;
  /** null starts from zeros. */
  readonly initialState: InitialState | null;
  /** [B,H] state after the last step (step 0 if reversed), or null when nobody needs it. */
  readonly finalState: Matrix | null;
  /** [B] integers in 1..T, or null when every sample is full. */
  readonly lengths: SlotId | null;
  /** [B,H] already scaled by 1/(1-rate), or null. */
  readonly recurrentMask: SlotId | null;
  /** [T*B,H] of 0 and 1, or null: then `shape.zoneout` is applied as its expected value. */
  readonly zoneoutMask: SlotId | null;
  readonly saved: GruSaved | null;
}

export interface GruBackward {
  readonly kind: 'gruBackward';
  /** The forward op it belongs to; `saved` is not null. */
  readonly forward: GruForward & { readonly saved: GruSaved };
  /** [T*B,H] derivative of the loss with respect to each output. Not changed. */
  readonly outputGradient: Matrix;
  /** [B,H] derivative with respect to the final state, added at the last step; or null. */
  readonly finalStateGradient: Matrix | null;
  /** [T*B,I], or null when nobody needs it (a first layer on plain features). */
  readonly inputGradient: Matrix | null;
  /** Add to `inputGradient` instead of overwriting it (the second direction, residual connections). */
  readonly accumulateInput: boolean;
  readonly gradients: GruWeights<SlotId | null>;
  /** Add to the weight gradients instead of overwriting them (gradient accumulation). */
  readonly accumulate: boolean;
  /**
   * Gradient of a trainable shared initial state [H], a weight like the others (`accumulate` applies), or of given
   * rows [B,H], always overwritten; null when not needed.
   */
  readonly initialStateGradient: InitialState | null;
  /** [T*B,H] total derivative with respect to the state after each step, kept for inspection; or null. */
  readonly stateGradient: SlotId | null;
}

/** Gates [z,r,n] within the three-gate columns; the order of the whole program. */
export const gateNames = ['update', 'reset', 'candidate'] as const;

/** Whether the backward pass needs pre-activations beside the gates. */
export function gruKeepsPreactivations(shape: GruShape): boolean {
  return (
    shape.clip !== null ||
    needsPreactivation(shape.gateActivation) ||
    needsPreactivation(shape.candidateActivation)
  );
}
