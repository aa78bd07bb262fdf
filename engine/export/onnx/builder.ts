import { quantizeRows } from '../quantize.ts';
import type { OnnxAttribute, OnnxGraph, OnnxNode, OnnxTensor, OnnxValue } from './proto.ts';
import {
  float16Tensor,
  floatTensor,
  int8Tensor,
  int32Tensor,
  int64Tensor,
  type OnnxWeightType,
} from './tensor.ts';

export type Attributes = Readonly<Record<string, OnnxAttribute>>;

/** Name of a value inside a graph: an input, an initializer or the output of a node. */
export type Value = string;

/** Gathers the nodes of one graph. Constants of a body belong to the graph around it, whose values it may read. */
export class GraphBuilder {
  readonly opset: number;
  readonly weightType: OnnxWeightType;
  readonly inputs: OnnxValue[] = [];
  readonly outputs: OnnxValue[] = [];
  readonly #nodes: OnnxNode[] = [];
  readonly #initializers: OnnxTensor[];
  readonly #constants: Map<string, Value>;
  readonly #prefix: string;

  constructor(opset: number, weightType: OnnxWeightType, prefix = '', parent?: GraphBuilder) {
    this.opset = opset;
    this.weightType = weightType;
    this.#prefix = prefix;
    this.#initializers = parent === undefined ? [] : parent.#initializers;
    this.#constants = parent === undefined ? new Map() : parent.#constants;
  }

  /** A graph for the body of a loop. */
  body(prefix: string): GraphBuilder {
    return new GraphBuilder(this.opset, this.weightType, `${prefix}/`, this);
  }

  /** A node with one output. */
  node(type: string, inputs: readonly Value[], attributes: Attributes = {}): Value {
    const [output = ''] = this.nodeWithOutputs(type, inputs, 1, attributes);
    return output;
  }

  /** @param count outputs of the node. */
  nodeWithOutputs(
    type: string,
    inputs: readonly Value[],
    count: number,
    attributes: Attributes = {},
  ): Value[] {
    const name = `${this.#prefix}${type}_${this.#nodes.length}`;
    const outputs = Array.from({ length: count }, (_, index) => (count === 1 ? name : `${name}_${index}`));
    this.#nodes.push({ type, name, inputs, outputs, attributes });
    return outputs;
  }

  /** Gives a value the name of a graph output. */
  output(source: Value, output: OnnxValue): void {
    this.rename(source, output.name);
    this.outputs.push(output);
  }

  /** Copies a value under the name of an output that is declared elsewhere. */
  rename(source: Value, name: string): void {
    this.#nodes.push({
      type: 'Identity',
      name: `${name}/copy`,
      inputs: [source],
      outputs: [name],
      attributes: {},
    });
  }

  /** A vector or scalar of floats, always in float32. */
  floats(name: string, dims: readonly number[], values: ArrayLike<number>): Value {
    this.#initializers.push(floatTensor(name, dims, values));
    return name;
  }

  /** A scalar, one for all uses of the same number. */
  scalar(value: number): Value {
    return this.#once(`scalar_${value}`, (name) => floatTensor(name, [], [value]));
  }

  /** A list of whole numbers, one for all uses of the same list. */
  integers(...values: number[]): Value {
    return this.#once(`integers_${values.join('_')}`, (name) => int64Tensor(name, [values.length], values));
  }

  integer(value: number): Value {
    return this.#once(`integer_${value}`, (name) => int64Tensor(name, [], [value]));
  }

  int32(value: number): Value {
    return this.#once(`int32_${value}`, (name) => int32Tensor(name, [], [value]));
  }

  #once(name: string, make: (name: string) => OnnxTensor): Value {
    const known = this.#constants.get(name);
    if (known !== undefined) return known;
    this.#initializers.push(make(name));
    this.#constants.set(name, name);
    return name;
  }

  /**
   * A weight matrix in the precision of the file, as a float32 value of the shape `dims`.
   * @param values row-major; its rows, over all dims but the last, are quantized one by one.
   */
  matrix(name: string, dims: readonly number[], values: Float32Array): Value {
    const columns = dims.at(-1) ?? 1;
    const rows = values.length / columns;
    if (this.weightType === 'float32') return this.floats(name, dims, values);
    if (this.weightType === 'float16') {
      this.#initializers.push(float16Tensor(`${name}.float16`, dims, values));
      return this.node('Cast', [`${name}.float16`], { to: { kind: 'int', value: 1 } });
    }
    const { integers, scales } = quantizeRows(values, rows, columns);
    this.#initializers.push(
      int8Tensor(`${name}.int8`, [rows, columns], integers),
      floatTensor(`${name}.scale`, [rows], scales),
    );
    const value = this.node('DequantizeLinear', [`${name}.int8`, `${name}.scale`], {
      axis: { kind: 'int', value: 0 },
    });
    return dims.length === 2 ? value : this.node('Reshape', [value, this.integers(...dims)]);
  }

  graph(name: string, isBody = false): OnnxGraph {
    return {
      name,
      nodes: this.#nodes,
      initializers: isBody ? [] : this.#initializers,
      inputs: this.inputs,
      outputs: this.outputs,
    };
  }

  /** Sum over one axis, which is dropped or kept as 1. */
  sum(value: Value, axis: number, keep = false): Value {
    return this.node('ReduceSum', [value, this.integers(axis)], {
      keepdims: { kind: 'int', value: Number(keep) },
    });
  }

  /** Largest over one axis, which is dropped. Axes became an input in opset 18. */
  max(value: Value, axis: number): Value {
    const keepdims = { kind: 'int', value: 0 } as const;
    return this.opset >= 18
      ? this.node('ReduceMax', [value, this.integers(axis)], { keepdims })
      : this.node('ReduceMax', [value], { keepdims, axes: { kind: 'ints', value: [axis] } });
  }

  transpose(value: Value, ...order: number[]): Value {
    return this.node('Transpose', [value], { perm: { kind: 'ints', value: order } });
  }

  /** Columns `start` to `end` of an axis. */
  slice(value: Value, axis: number, start: number, end: number): Value {
    return this.node('Slice', [value, this.integers(start), this.integers(end), this.integers(axis)]);
  }

  concatenate(values: readonly Value[], axis: number): Value {
    const [only] = values;
    if (values.length === 1 && only !== undefined) return only;
    return this.node('Concat', values, { axis: { kind: 'int', value: axis } });
  }
}
