import type { Attribute, ElementType } from './device.ts';
import { sizeOf, type Tensor, type TensorPool } from './tensor.ts';

const attribute = {
  type: (name: string, value: ElementType): Attribute => ({ name, kind: 'type', value }),
  bool: (name: string, value: boolean): Attribute => ({ name, kind: 'bool', value }),
  int: (name: string, value: number): Attribute => ({ name, kind: 'int', value }),
};

/**
 * TensorFlow's ops under plain names, with shapes followed along. The only place that spells ops and attributes.
 * Binary ops broadcast as NumPy does.
 */
export class Operations {
  readonly pool: TensorPool;

  constructor(pool: TensorPool) {
    this.pool = pool;
  }

  scalar(value: number): Tensor {
    return this.pool.floats([], Float32Array.of(value));
  }

  fill(shape: readonly number[], value: number): Tensor {
    return this.#one(
      'Fill',
      [attribute.type('T', 'float'), attribute.type('index_type', 'int')],
      [this.#shape(shape), this.scalar(value)],
      shape,
    );
  }

  zeros(shape: readonly number[]): Tensor {
    return this.fill(shape, 0);
  }

  add = (a: Tensor, b: Tensor): Tensor => this.#binary('AddV2', a, b);
  subtract = (a: Tensor, b: Tensor): Tensor => this.#binary('Sub', a, b);
  multiply = (a: Tensor, b: Tensor): Tensor => this.#binary('Mul', a, b);
  divide = (a: Tensor, b: Tensor): Tensor => this.#binary('RealDiv', a, b);
  maximum = (a: Tensor, b: Tensor): Tensor => this.#binary('Maximum', a, b);
  minimum = (a: Tensor, b: Tensor): Tensor => this.#binary('Minimum', a, b);
  power = (a: Tensor, b: Tensor): Tensor => this.#binary('Pow', a, b);
  greater = (a: Tensor, b: Tensor): Tensor => this.#binary('Greater', a, b, 'bool');
  greaterEqual = (a: Tensor, b: Tensor): Tensor => this.#binary('GreaterEqual', a, b, 'bool');
  less = (a: Tensor, b: Tensor): Tensor => this.#binary('Less', a, b, 'bool');

  negate = (a: Tensor): Tensor => this.#unary('Neg', a);
  absolute = (a: Tensor): Tensor => this.#unary('Abs', a);
  sign = (a: Tensor): Tensor => this.#unary('Sign', a);
  square = (a: Tensor): Tensor => this.#unary('Square', a);
  squareRoot = (a: Tensor): Tensor => this.#unary('Sqrt', a);
  exponential = (a: Tensor): Tensor => this.#unary('Exp', a);
  exponentialMinusOne = (a: Tensor): Tensor => this.#unary('Expm1', a);
  logarithm = (a: Tensor): Tensor => this.#unary('Log', a);
  sigmoid = (a: Tensor): Tensor => this.#unary('Sigmoid', a);
  tanh = (a: Tensor): Tensor => this.#unary('Tanh', a);
  softplus = (a: Tensor): Tensor => this.#unary('Softplus', a);
  softsign = (a: Tensor): Tensor => this.#unary('Softsign', a);
  errorFunction = (a: Tensor): Tensor => this.#unary('Erf', a);

  /** a + b for a number b. */
  plus(a: Tensor, b: number): Tensor {
    return b === 0 ? a : this.add(a, this.scalar(b));
  }

  /** a * b for a number b. */
  times(a: Tensor, b: number): Tensor {
    return b === 1 ? a : this.multiply(a, this.scalar(b));
  }

  /** 1 - a */
  complement(a: Tensor): Tensor {
    return this.subtract(this.scalar(1), a);
  }

  clamp(a: Tensor, low: number, high: number): Tensor {
    return this.maximum(this.minimum(a, this.scalar(high)), this.scalar(low));
  }

  /** 1 where true, 0 where false. */
  numbers(condition: Tensor): Tensor {
    return this.#one(
      'Cast',
      [attribute.type('SrcT', 'bool'), attribute.type('DstT', 'float'), attribute.bool('Truncate', false)],
      [condition],
      condition.shape,
    );
  }

  floatsOf(ints: Tensor): Tensor {
    return this.#one(
      'Cast',
      [attribute.type('SrcT', 'int'), attribute.type('DstT', 'float'), attribute.bool('Truncate', false)],
      [ints],
      ints.shape,
    );
  }

  /** a where the condition holds, else b: a NaN on the other side does not matter. */
  select(condition: Tensor, a: Tensor, b: Tensor): Tensor {
    const shape = broadcast(broadcast(condition.shape, a.shape), b.shape);
    return this.#one('SelectV2', [attribute.type('T', a.type)], [condition, a, b], shape, a.type);
  }

  /** [m,k] [k,n] -> [m,n]; transposing what is said. */
  matrixProduct(a: Tensor, b: Tensor, transpose: { a?: boolean; b?: boolean } = {}): Tensor {
    const rows = a.shape[transpose.a === true ? 1 : 0] as number;
    const columns = b.shape[transpose.b === true ? 0 : 1] as number;
    return this.#one(
      'MatMul',
      [
        attribute.type('T', 'float'),
        attribute.bool('transpose_a', transpose.a === true),
        attribute.bool('transpose_b', transpose.b === true),
      ],
      [a, b],
      [rows, columns],
    );
  }

  reshape(a: Tensor, shape: readonly number[]): Tensor {
    if (a.shape.length === shape.length && a.shape.every((length, axis) => length === shape[axis])) return a;
    return this.#one(
      'Reshape',
      [attribute.type('T', a.type), attribute.type('Tshape', 'int')],
      [a, this.#shape(shape)],
      shape,
      a.type,
    );
  }

  transpose(a: Tensor): Tensor {
    return this.#one(
      'Transpose',
      [attribute.type('T', a.type), attribute.type('Tperm', 'int')],
      [a, this.#shape([1, 0])],
      [a.shape[1] as number, a.shape[0] as number],
      a.type,
    );
  }

  concatenate(parts: readonly Tensor[], axis: number): Tensor {
    const [first] = parts;
    if (first !== undefined && parts.length === 1) return first;
    const length = parts.reduce((sum, part) => sum + (part.shape[axis] as number), 0);
    const shape = (first?.shape ?? []).map((size, index) => (index === axis ? length : size));
    const type = first?.type ?? 'float';
    return this.#one(
      'ConcatV2',
      [attribute.int('N', parts.length), attribute.type('T', type), attribute.type('Tidx', 'int')],
      [...parts, this.pool.ints([], Int32Array.of(axis))],
      shape,
      type,
    );
  }

  slice(a: Tensor, begin: readonly number[], size: readonly number[]): Tensor {
    return this.#one(
      'Slice',
      [attribute.type('T', a.type), attribute.type('Index', 'int')],
      [a, this.#shape(begin), this.#shape(size)],
      size,
      a.type,
    );
  }

  /** Columns of a matrix. */
  columns(a: Tensor, first: number, count: number): Tensor {
    if (first === 0 && count === a.shape[1]) return a;
    return this.slice(a, [0, first], [a.shape[0] as number, count]);
  }

  /** Rows of a matrix. */
  rows(a: Tensor, first: number, count: number): Tensor {
    if (first === 0 && count === a.shape[0]) return a;
    return this.slice(a, [first, 0], [count, a.shape[1] as number]);
  }

  /** [T,...] -> T tensors [...] in one op. */
  unstack(a: Tensor): readonly Tensor[] {
    const [count = 0, ...shape] = a.shape;
    return this.pool.execute(
      'Unpack',
      [attribute.int('num', count), attribute.type('T', a.type), attribute.int('axis', 0)],
      [a],
      Array.from({ length: count }, () => ({ shape, type: a.type })),
    );
  }

  /** Equal parts of the columns of a matrix. */
  split(a: Tensor, parts: number): readonly Tensor[] {
    const [rows = 0, columns = 0] = a.shape;
    return this.pool.execute(
      'Split',
      [attribute.int('num_split', parts), attribute.type('T', a.type)],
      [this.pool.ints([], Int32Array.of(1)), a],
      Array.from({ length: parts }, () => ({ shape: [rows, columns / parts], type: a.type })),
    );
  }

  sum(a: Tensor, axes: readonly number[], keep = false): Tensor {
    return this.#reduce('Sum', a, axes, keep);
  }

  mean(a: Tensor, axes: readonly number[], keep = false): Tensor {
    return this.#reduce('Mean', a, axes, keep);
  }

  largest(a: Tensor, axes: readonly number[], keep = false): Tensor {
    return this.#reduce('Max', a, axes, keep);
  }

  /** Sum of all elements, shape []. */
  total(a: Tensor): Tensor {
    return this.sum(
      a,
      a.shape.map((_, axis) => axis),
    );
  }

  /** Index of the largest value along an axis, the first of equals; int. */
  positionOfLargest(a: Tensor, axis: number): Tensor {
    return this.#one(
      'ArgMax',
      [attribute.type('T', 'float'), attribute.type('Tidx', 'int'), attribute.type('output_type', 'int')],
      [a, this.pool.ints([], Int32Array.of(axis))],
      a.shape.filter((_, index) => index !== axis),
      'int',
    );
  }

  /** Rows of a table [entries,width] at indices [rows]. */
  gatherRows(table: Tensor, indices: Tensor): Tensor {
    return this.#one(
      'GatherV2',
      [
        attribute.type('Tparams', table.type),
        attribute.type('Tindices', 'int'),
        attribute.type('Taxis', 'int'),
        attribute.int('batch_dims', 0),
      ],
      [table, indices, this.pool.ints([], Int32Array.of(0))],
      [sizeOf(indices), ...table.shape.slice(1)],
      table.type,
    );
  }

  /** Sums the rows that share an index; a negative index is left out. */
  sumRowsByIndex(rows: Tensor, indices: Tensor, entries: number): Tensor {
    return this.#one(
      'UnsortedSegmentSum',
      [
        attribute.type('T', 'float'),
        attribute.type('Tindices', 'int'),
        attribute.type('Tnumsegments', 'int'),
      ],
      [rows, indices, this.pool.ints([], Int32Array.of(entries))],
      [entries, ...rows.shape.slice(1)],
    );
  }

  /** [rows] integers -> [rows,classes]; a row that is no class is all zeros. */
  oneHot(indices: Tensor, classes: number): Tensor {
    return this.#one(
      'OneHot',
      [attribute.type('T', 'float'), attribute.type('TI', 'int'), attribute.int('axis', -1)],
      [indices, this.pool.ints([], Int32Array.of(classes)), this.scalar(1), this.scalar(0)],
      [sizeOf(indices), classes],
    );
  }

  logSoftmax(logits: Tensor): Tensor {
    return this.#unary('LogSoftmax', logits);
  }

  /** A copy with its own life. */
  identity(a: Tensor): Tensor {
    return this.#one('Identity', [attribute.type('T', a.type)], [a], a.shape, a.type);
  }

  #shape(shape: readonly number[]): Tensor {
    return this.pool.ints([shape.length], Int32Array.from(shape));
  }

  #reduce(op: string, a: Tensor, axes: readonly number[], keep: boolean): Tensor {
    const shape = keep
      ? a.shape.map((length, axis) => (axes.includes(axis) ? 1 : length))
      : a.shape.filter((_, axis) => !axes.includes(axis));
    return this.#one(
      op,
      [attribute.bool('keep_dims', keep), attribute.type('T', a.type), attribute.type('Tidx', 'int')],
      [a, this.#shape(axes)],
      shape,
      a.type,
    );
  }

  #unary(op: string, a: Tensor): Tensor {
    return this.#one(op, [attribute.type('T', a.type)], [a], a.shape, a.type);
  }

  #binary(op: string, a: Tensor, b: Tensor, type: ElementType = a.type): Tensor {
    return this.#one(op, [attribute.type('T', a.type)], [a, b], broadcast(a.shape, b.shape), type);
  }

  #one(
    op: string,
    attributes: readonly Attribute[],
    inputs: readonly Tensor[],
    shape: readonly number[],
    type: ElementType = 'float',
  ): Tensor {
    const [output] = this.pool.execute(op, attributes, inputs, [{ shape, type }]);
    return output as Tensor;
  }
}

function broadcast(a: readonly number[], b: readonly number[]): readonly number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - (rank - a.length)] ?? 1;
    const right = b[axis - (rank - b.length)] ?? 1;
    return left === 1 ? right : left;
  });
}
