import type { Activation } from './activation.ts';
import type { GruBackward, GruForward } from './gru.ts';
import type { Loss } from './loss.ts';
import type { Matrix, Rows, SlotId } from './matrix.ts';
import type { Optimizer } from './optimizer.ts';

/**
 * Everything a backend can be asked to do. Ops are coarse (a whole recurrence, a whole loss), so that a backend may
 * fuse inside them; their sizes in T and B come from the extent of a run. "Padded" means t >= lengths[b].
 * Backward ops overwrite gradients unless `accumulate` says to add.
 */
export type Op =
  | GruForward
  | GruBackward
  | EmbeddingForward
  | EmbeddingBackward
  | DenseForward
  | DenseBackward
  | Dropout
  | RandomMask
  | Add
  | PoolForward
  | PoolBackward
  | AttentionForward
  | AttentionBackward
  | LossOp
  | Zero
  | Regularize
  | ClipGradients
  | OptimizerUpdate
  | Constrain
  | MovingAverage;

export type OpKind = Op['kind'];
export type OpOf<Kind extends OpKind> = Extract<Op, { readonly kind: Kind }>;

/**
 * output[row] = table[indices[row, column]]: table [entries,width], indices an int slot [T*B, stride]. An index outside
 * the table makes its row NaN, so that it is seen, and gets no gradient.
 */
export interface EmbeddingForward {
  readonly kind: 'embeddingForward';
  readonly indices: Matrix;
  readonly table: SlotId;
  readonly entries: number;
  readonly output: Matrix;
}

/** Gradient rows with the same index are added in row order. Padded rows contribute nothing. */
export interface EmbeddingBackward {
  readonly kind: 'embeddingBackward';
  readonly indices: Matrix;
  readonly entries: number;
  readonly lengths: SlotId | null;
  readonly outputGradient: Matrix;
  /** [entries,width] */
  readonly tableGradient: SlotId;
  readonly accumulate: boolean;
}

/** output = activation(input kernel + bias): kernel [in,out], bias [out] or null. */
export interface DenseForward {
  readonly kind: 'denseForward';
  readonly rows: Rows;
  readonly input: Matrix;
  readonly kernel: SlotId;
  readonly bias: SlotId | null;
  readonly activation: Activation;
  readonly output: Matrix;
  /** [rows,out] kept where the activation needs it (`needsPreactivation`) and a backward pass follows. */
  readonly preactivation: SlotId | null;
}

export interface DenseBackward {
  readonly kind: 'denseBackward';
  readonly forward: DenseForward;
  /** Overwritten with the derivative before the activation: it is scratch after this op. */
  readonly outputGradient: Matrix;
  readonly inputGradient: Matrix | null;
  readonly accumulateInput: boolean;
  readonly kernelGradient: SlotId | null;
  readonly biasGradient: SlotId | null;
  readonly accumulate: boolean;
}

/**
 * output = input * mask, mask = (uniform >= rate ? 1/(1-rate) : 0), with uniform = `RandomStream` element i of the
 * stream at the run's step counter. i = row * columns + c, or b * columns + c when the mask is shared over time.
 * It is its own backward pass: apply it again to the gradient. `input` and `output` may be the same.
 */
export interface Dropout {
  readonly kind: 'dropout';
  readonly rows: Rows;
  readonly input: Matrix;
  readonly output: Matrix;
  readonly rate: number;
  readonly stream: number;
  readonly sharedOverTime: boolean;
  /** Add to the output instead of overwriting it. */
  readonly accumulate: boolean;
}

/** Fills a mask: 'dropout' as in `Dropout`; 'zoneout' 1 where uniform < rate (old state kept) and 0 elsewhere. */
export interface RandomMask {
  readonly kind: 'randomMask';
  readonly rows: Rows;
  readonly mask: SlotId;
  readonly columns: number;
  readonly rate: number;
  readonly stream: number;
  readonly use: 'dropout' | 'zoneout';
}

/** output = input, or output += input. */
export interface Add {
  readonly kind: 'add';
  readonly rows: Rows;
  readonly input: Matrix;
  readonly output: Matrix;
  readonly accumulate: boolean;
}

/**
 * Sequence [T*B,C] to sample [B,C]. 'last': the last valid step, t = lengths[b]-1; 'first': t = 0 (the end of a
 * reversed direction); 'mean' and 'max' over valid steps; a tie in max goes to the earliest step.
 */
export interface PoolForward {
  readonly kind: 'poolForward';
  readonly mode: 'last' | 'first' | 'mean' | 'max';
  readonly input: Matrix;
  readonly output: Matrix;
  readonly lengths: SlotId | null;
  /** Int slot [B,C] with the timestep of each maximum; only for 'max' in training. */
  readonly positions: SlotId | null;
}

export interface PoolBackward {
  readonly kind: 'poolBackward';
  readonly forward: PoolForward;
  readonly outputGradient: Matrix;
  readonly inputGradient: Matrix;
  readonly accumulateInput: boolean;
}

/**
 * Additive attention over time (Bahdanau et al. 2015, with a learned query): score_t = tanh(h_t W + b) . v, weights =
 * softmax over valid t, output = sum_t weight_t h_t. W [C,A], b [A], v [A].
 */
export interface AttentionForward {
  readonly kind: 'attentionForward';
  readonly input: Matrix;
  readonly kernel: SlotId;
  readonly bias: SlotId;
  readonly vector: SlotId;
  readonly size: number;
  readonly lengths: SlotId | null;
  /** [T*B,A] tanh values; unspecified at padded steps. */
  readonly projected: SlotId;
  /** [T*B] softmax weights, 0 on padded steps. */
  readonly weights: SlotId;
  readonly output: Matrix;
}

export interface AttentionBackward {
  readonly kind: 'attentionBackward';
  readonly forward: AttentionForward;
  readonly outputGradient: Matrix;
  readonly inputGradient: Matrix;
  readonly accumulateInput: boolean;
  readonly kernelGradient: SlotId | null;
  readonly biasGradient: SlotId | null;
  readonly vectorGradient: SlotId | null;
  readonly accumulate: boolean;
}

/** See `Loss`. Writes `results.loss` (overwriting, or adding when `accumulate`), and the gradient if asked for. */
export interface LossOp {
  readonly kind: 'loss';
  readonly rows: Rows;
  readonly loss: Loss;
  readonly predictions: Matrix;
  /** Float slot [rows, targets], or for labels an int slot [rows]. */
  readonly targets: SlotId;
  /** [rows] */
  readonly weights: SlotId;
  /** Rows with weight 0 get gradient 0. */
  readonly gradient: Matrix | null;
  readonly accumulate: boolean;
}

/** Fills slots with zeros. */
export interface Zero {
  readonly kind: 'zero';
  readonly slots: readonly SlotId[];
}

/**
 * Adds `results.penalty` += l1 sum|p| + l2 sum p^2 and gradient += l1 sign(p) + 2 l2 p (Keras `L1L2`). The first such
 * op of a program is preceded by writing 0 to `results.penalty` (op `zero` is not used for it: `first` says so).
 */
export interface Regularize {
  readonly kind: 'regularize';
  readonly parameter: SlotId;
  readonly gradient: SlotId;
  readonly l1: number;
  readonly l2: number;
  readonly first: boolean;
}

/**
 * Always writes `results.gradientNorm` = sqrt(sum over all gradients of g^2) before clipping. Then:
 * - none
 * - value: g limited to [-threshold, threshold]; `results.clippedFraction` = fraction of elements limited
 * - tensorNorm: each tensor scaled by min(1, threshold / (norm + 1e-6)); fraction of tensors scaled
 * - globalNorm: all scaled by min(1, threshold / (norm + 1e-6)) (PyTorch clip_grad_norm_); 1 or 0
 */
export interface ClipGradients {
  readonly kind: 'clipGradients';
  readonly gradients: readonly SlotId[];
  readonly mode: 'none' | 'value' | 'tensorNorm' | 'globalNorm';
  readonly threshold: number;
}

/** See `Optimizer`. a = scalars.learningRate * multiplier; decay is the decoupled weight decay of this weight. */
export interface OptimizerUpdate {
  readonly kind: 'optimizerUpdate';
  readonly optimizer: Optimizer;
  readonly parameter: SlotId;
  readonly gradient: SlotId;
  readonly slots: readonly SlotId[];
  readonly multiplier: number;
  readonly decay: number;
}

/**
 * Keras constraints, applied after the update, norms over axis 0 (each column's incoming weights) of a matrix
 * [rows,columns]; a vector counts as one column. maxNorm: w *= clip(norm, 0, limit) / (1e-7 + norm);
 * unitNorm: w /= 1e-7 + norm; nonNegative: w = max(w, 0).
 */
export interface Constrain {
  readonly kind: 'constrain';
  readonly parameter: SlotId;
  readonly rows: number;
  readonly columns: number;
  readonly constraint: 'maxNorm' | 'unitNorm' | 'nonNegative';
  readonly limit: number;
}

/** average = decay * average + (1 - decay) * parameter. */
export interface MovingAverage {
  readonly kind: 'movingAverage';
  readonly parameter: SlotId;
  readonly average: SlotId;
  readonly decay: number;
}
