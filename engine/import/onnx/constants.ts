import type { Constant, GraphNode } from './read.ts';

/**
 * Computes what a graph does to its constants before it uses them: exporters that fold nothing reorder the gates of a
 * GRU by slices and concatenations inside the graph.
 * @returns the constant, or null where the node depends on the input or does something else.
 */
export function foldConstant(node: GraphNode, inputs: readonly (Constant | null)[]): Constant | null {
  if (node.type === 'Constant') return node.attributes.get('value')?.tensor ?? scalarConstant(node);
  const [first] = inputs;
  if (first === null || first === undefined || inputs.some((input) => input === null)) return null;
  switch (node.type) {
    case 'Identity':
    case 'Cast':
      return first;
    case 'Squeeze':
    case 'Unsqueeze':
      return changeRank(node, first, inputs[1]);
    case 'Reshape':
      return reshape(first, inputs[1]);
    case 'Transpose':
      return transpose(node, first);
    case 'Concat':
      return concatenate(node, inputs as readonly Constant[]);
    case 'Slice':
      return slice(node, inputs as readonly Constant[]);
    default:
      return null;
  }
}

function scalarConstant(node: GraphNode): Constant | null {
  const int = node.attributes.get('value_int');
  if (int !== undefined) return { dims: [], values: Float32Array.of(int.int), whole: true };
  const float = node.attributes.get('value_float');
  if (float !== undefined) return { dims: [], values: Float32Array.of(float.float), whole: false };
  const ints = node.attributes.get('value_ints');
  if (ints !== undefined) {
    return { dims: [ints.ints.length], values: Float32Array.from(ints.ints), whole: true };
  }
  return null;
}

/** The axes of a node: an attribute before opset 13, an input since. */
export function axesOf(node: GraphNode, input: Constant | null | undefined): number[] | null {
  const attribute = node.attributes.get('axes');
  if (attribute !== undefined) return [...attribute.ints];
  return input === undefined || input === null ? null : Array.from(input.values);
}

function changeRank(
  node: GraphNode,
  constant: Constant,
  input: Constant | null | undefined,
): Constant | null {
  const axes = axesOf(node, input);
  if (node.type === 'Unsqueeze') {
    if (axes === null) return null;
    const rank = constant.dims.length + axes.length;
    const places = new Set(axes.map((axis) => (axis < 0 ? axis + rank : axis)));
    const rest = [...constant.dims];
    const dims = Array.from({ length: rank }, (_, axis) => (places.has(axis) ? 1 : (rest.shift() ?? 1)));
    return { ...constant, dims };
  }
  const rank = constant.dims.length;
  const places = axes === null ? null : new Set(axes.map((axis) => (axis < 0 ? axis + rank : axis)));
  const dims = constant.dims.filter((length, axis) => (places === null ? length !== 1 : !places.has(axis)));
  return { ...constant, dims };
}

function reshape(constant: Constant, shape: Constant | null | undefined): Constant | null {
  if (shape === null || shape === undefined) return null;
  const wanted = Array.from(shape.values, (length, axis) =>
    length === 0 ? (constant.dims[axis] ?? 1) : length,
  );
  const known = wanted.filter((length) => length >= 0).reduce((product, length) => product * length, 1);
  const dims = wanted.map((length) => (length < 0 ? constant.values.length / known : length));
  const count = dims.reduce((product, length) => product * length, 1);
  return count === constant.values.length ? { ...constant, dims } : null;
}

function transpose(node: GraphNode, constant: Constant): Constant | null {
  const { dims, values } = constant;
  const order = node.attributes.get('perm')?.ints ?? dims.map((_, axis) => dims.length - 1 - axis);
  if (order.length !== dims.length || new Set(order).size !== dims.length) return null;
  const result = new Float32Array(values.length);
  const newDims = order.map((axis) => dims[axis] ?? 0);
  const strides = stridesOf(dims);
  const steps = order.map((axis) => strides[axis] ?? 0);
  for (const { index, at } of positions(newDims, steps, 0)) result[index] = values[at] as number;
  return { ...constant, dims: newDims, values: result };
}

function concatenate(node: GraphNode, parts: readonly Constant[]): Constant | null {
  const [first] = parts;
  if (first === undefined) return null;
  const given = node.attributes.get('axis')?.int ?? 0;
  const axis = given < 0 ? given + first.dims.length : given;
  const length = parts.reduce((sum, { dims }) => sum + (dims[axis] ?? 0), 0);
  const dims = first.dims.map((size, index) => (index === axis ? length : size));
  const outer = dims.slice(0, axis).reduce((product, size) => product * size, 1);
  const count = parts.reduce((sum, { values }) => sum + values.length, 0);
  if (dims.reduce((product, size) => product * size, 1) !== count) return null;
  const values = new Float32Array(count);
  let at = 0;
  for (let block = 0; block < outer; block++) {
    for (const part of parts) {
      const size = part.values.length / outer;
      values.set(part.values.subarray(block * size, (block + 1) * size), at);
      at += size;
    }
  }
  return { dims, values, whole: first.whole };
}

function slice(node: GraphNode, [data, starts, ends, axes, steps]: readonly Constant[]): Constant | null {
  if (data === undefined) return null;
  const list = (input: Constant | undefined, name: string): readonly number[] | null =>
    input !== undefined ? Array.from(input.values) : (node.attributes.get(name)?.ints ?? null);
  const from = list(starts, 'starts');
  const to = list(ends, 'ends');
  if (from === null || to === null || steps?.values.some((step) => step !== 1) === true) return null;
  const along = list(axes, 'axes') ?? from.map((_, index) => index);
  const dims = [...data.dims];
  const strides = stridesOf(data.dims);
  let offset = 0;
  for (const [index, given] of along.entries()) {
    const axis = given < 0 ? given + dims.length : given;
    const size = data.dims[axis];
    if (size === undefined) return null;
    const clip = (position: number): number =>
      Math.min(Math.max(position < 0 ? position + size : position, 0), size);
    const [begin, end] = [clip(from[index] ?? 0), clip(to[index] ?? size)];
    dims[axis] = Math.max(0, end - begin);
    offset += begin * (strides[axis] ?? 0);
  }
  const values = new Float32Array(dims.reduce((product, size) => product * size, 1));
  for (const { index, at } of positions(dims, strides, offset)) values[index] = data.values[at] as number;
  return { ...data, dims, values };
}

function stridesOf(dims: readonly number[]): number[] {
  const strides = new Array<number>(dims.length).fill(1);
  for (let axis = dims.length - 2; axis >= 0; axis--) {
    strides[axis] = (strides[axis + 1] as number) * (dims[axis + 1] as number);
  }
  return strides;
}

/** Walks a tensor in row order: its index, and where that element lies in other strides. */
function* positions(
  dims: readonly number[],
  strides: readonly number[],
  offset: number,
): Generator<{ index: number; at: number }> {
  const count = dims.reduce((product, length) => product * length, 1);
  const position = new Array<number>(dims.length).fill(0);
  let at = offset;
  for (let index = 0; index < count; index++) {
    yield { index, at };
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      position[axis] = (position[axis] as number) + 1;
      at += strides[axis] as number;
      if ((position[axis] as number) < (dims[axis] as number)) break;
      at -= (strides[axis] as number) * (dims[axis] as number);
      position[axis] = 0;
    }
  }
}
