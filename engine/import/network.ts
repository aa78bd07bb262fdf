import { WorkbenchError } from '../base/errors.ts';
import type { Activation } from '../ops/activation.ts';
import type { ResetMode } from '../ops/gru.ts';

/**
 * A network as any file can say it, in our layout: matrices [inputs,outputs], gates z,r,n in columns. What a file does
 * not tell is null: a state dict knows no activations and no read-out.
 */
export interface ImportedNetwork {
  /** For a person: "Keras 3", "PyTorch state dict". */
  readonly format: string;
  readonly embeddings: readonly ImportedEmbedding[];
  readonly layers: readonly ImportedGru[];
  readonly readout: 'last' | 'every' | 'mean' | 'max' | 'attention' | null;
  readonly attention: ImportedAttention | null;
  /** Dense layers after the read-out, the last one is the output. */
  readonly dense: readonly ImportedDense[];
  /** What an export of this program wrote beside the weights, as JSON texts by key; empty for other files. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Sentences about what was read otherwise than it was written: softmax left to the loss, half precision. */
  readonly notes: readonly string[];
}

export interface ImportedEmbedding {
  readonly name: string;
  readonly entries: number;
  readonly width: number;
  /** [entries,width] */
  readonly table: Float32Array;
}

export interface ImportedGru {
  readonly name: string;
  readonly units: number;
  readonly inputs: number;
  readonly resetMode: ResetMode;
  readonly gateActivation: Activation;
  readonly candidateActivation: Activation;
  readonly clip: number | null;
  readonly bias: boolean;
  /** Forward, and the reversed one of a bidirectional layer. */
  readonly directions: readonly ImportedDirection[];
}

export interface ImportedDirection {
  /** [I,3H] */
  readonly kernel: Float32Array;
  /** [H,3H] */
  readonly recurrent: Float32Array;
  /** [3H] or null */
  readonly bias: Float32Array | null;
  /** [3H] or null */
  readonly recurrentBias: Float32Array | null;
  /** [6H] gains of layer normalization, input z,r,n then state z,r,n; null without it. */
  readonly gain: Float32Array | null;
  /** [H] learned initial state, or null */
  readonly initialState: Float32Array | null;
}

export interface ImportedDense {
  readonly name: string;
  readonly inputs: number;
  readonly units: number;
  /** null where the file does not say. */
  readonly activation: Activation | null;
  /** [inputs,units] */
  readonly kernel: Float32Array;
  /** [units]; zeros where the file has none. */
  readonly bias: Float32Array;
}

export interface ImportedAttention {
  readonly size: number;
  /** [C,A] */
  readonly kernel: Float32Array;
  readonly bias: Float32Array;
  readonly vector: Float32Array;
}

/** A file that is broken, or made to harm. */
export function damaged(format: string, where: string, reason: string, cause?: unknown): WorkbenchError {
  return new WorkbenchError('import/damaged', `This is not a sound ${format} file: ${reason}`, {
    where,
    hint: 'Export the model again where it comes from.',
    cause,
  });
}

/** A sound file with something that this program does not have. */
export function cannotImport(format: string, where: string, what: string): WorkbenchError {
  return new WorkbenchError('import/unsupported', `This ${format} model cannot be imported: ${what}`, {
    where,
    hint: 'GRU layers with embeddings before and dense layers after them can be imported.',
  });
}
