/** A tensor that TensorFlow holds, on whatever device it chose. */
export type Handle = number;

/** Types of values that cross into TensorFlow. */
export type ElementType = 'float' | 'int' | 'bool';

/** An attribute of an op; a misspelt one is ignored by TensorFlow without a word, so only `operations.ts` names any. */
export type Attribute =
  | { readonly name: string; readonly kind: 'type'; readonly value: ElementType }
  | { readonly name: string; readonly kind: 'bool'; readonly value: boolean }
  | { readonly name: string; readonly kind: 'int'; readonly value: number }
  | { readonly name: string; readonly kind: 'float'; readonly value: number }
  | { readonly name: string; readonly kind: 'string'; readonly value: string };

/**
 * TensorFlow's eager runtime, as the backend needs it: the binding of @tensorflow/tfjs-node-gpu. Every call is
 * synchronous; ops on a GPU are queued and run in order.
 */
export interface TensorflowDevice {
  /** Version of the TensorFlow library: "2.9.1". */
  readonly version: string;
  /** Whether it computes on a CUDA device; cuDNN's fused recurrent kernels are used only there. */
  readonly gpu: boolean;
  createFloats(shape: readonly number[], values: Float32Array): Handle;
  createInts(shape: readonly number[], values: Int32Array): Handle;
  readFloats(handle: Handle): Float32Array;
  readInts(handle: Handle): Int32Array;
  /** Runs one op. Throws what TensorFlow says when it refuses. */
  execute(
    op: string,
    attributes: readonly Attribute[],
    inputs: readonly Handle[],
    outputs: number,
  ): readonly Handle[];
  release(handle: Handle): void;
  /** Tensors alive, for leak tests. */
  liveTensors(): number;
}
