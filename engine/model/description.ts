import type { GruLayer, ModelConfig, WeightKind } from '../contract/model.ts';
import type { InputLayout, OutputLayout } from '../data/prepared.ts';
import type { Activation } from '../ops/activation.ts';

/**
 * What a model is made of once the data's columns are known: layers with their widths and an ordered list of named
 * weights. It says nothing about batches, buffers or backends; `plan/build.ts` turns it into ops.
 */
export interface ModelDescription {
  readonly inputs: InputLayout;
  readonly outputs: OutputLayout;
  readonly embeddings: readonly EmbeddingDescription[];
  /** Columns that the first GRU layer reads: the features, then every embedding. */
  readonly inputWidth: number;
  readonly layers: readonly LayerDescription[];
  readonly readout: ModelConfig['readout'];
  /** Width of the attention projection; used only with the read-out `attention`. */
  readonly attentionSize: number;
  readonly head: readonly DenseDescription[];
  /** The last dense layer; its units are targets or classes times predictions per target. */
  readonly output: DenseDescription;
  /** Every weight, in the order in which the model computes. */
  readonly parameters: readonly ParameterDescription[];
  /** Elements of all weights together. */
  readonly parameterCount: number;
}

export interface EmbeddingDescription {
  readonly name: string;
  /** Column of the tokens it looks up. */
  readonly token: number;
  readonly entries: number;
  readonly width: number;
  /** First column of its output in the input of the first layer. */
  readonly column: number;
}

export interface LayerDescription {
  /** `gru.0` */
  readonly name: string;
  readonly config: GruLayer;
  readonly inputs: number;
  readonly units: number;
  /** Units times directions. */
  readonly width: number;
  readonly directions: readonly DirectionDescription[];
}

export interface DirectionDescription {
  /** `gru.0.forward` */
  readonly name: string;
  readonly reverse: boolean;
  /** First column of this direction in the output of the layer. */
  readonly column: number;
  /** First column of its state in the given initial states, or null when none is given. */
  readonly stateColumn: number | null;
}

export interface DenseDescription {
  /** `head.0`, `output` */
  readonly name: string;
  readonly inputs: number;
  readonly units: number;
  readonly activation: Activation;
  readonly dropout: number;
}

export interface ParameterDescription {
  /** `gru.0.forward.kernel` */
  readonly name: string;
  readonly kind: WeightKind;
  /** [rows,columns] of a matrix or [length] of a vector, row-major. */
  readonly shape: readonly number[];
  /** The part it belongs to: `embedding.weekday`, `gru.0`, `attention`, `head.0`, `output`. */
  readonly layer: string;
  /** Gates side by side in the columns: 3 for the matrices of a GRU, 1 elsewhere. */
  readonly gates: number;
  /** The n of PyTorch's default bound 1/sqrt(n): hidden units of a GRU, inputs of a dense layer. */
  readonly torchFan: number;
}

/** Elements of a weight. */
export function parameterSize(parameter: ParameterDescription): number {
  return parameter.shape.reduce((size, length) => size * length, 1);
}

/** Whether a name is `path` or lies under it: `gru.0` covers `gru.0.forward.kernel` but not `gru.01`. */
export function isUnder(name: string, path: string): boolean {
  return name === path || name.startsWith(`${path}.`);
}
