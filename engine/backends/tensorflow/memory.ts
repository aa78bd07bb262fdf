import { WorkbenchError } from '../../base/errors.ts';
import type { Matrix, Rows, SlotId } from '../../ops/matrix.ts';
import { type Extent, type Plan, slotSize } from '../../plan/plan.ts';
import type { Operations } from './operations.ts';
import { sizeOf, type Tensor } from './tensor.ts';

/** A slot's floats: on the host, or on the device as windows of columns that lie side by side. */
type Content =
  | { readonly place: 'host'; readonly values: Float32Array }
  | {
      readonly place: 'device';
      readonly rows: number;
      readonly stride: number;
      /** By first column. Columns that no window covers are zeros. */
      readonly windows: ReadonlyMap<number, Tensor>;
      /** What a smaller run left untouched behind its rows; null where there is nothing, or zeros. */
      readonly beneath: Content | null;
    };

/** Contents kept beneath one another before they are fetched into one. */
const deepest = 3;

/**
 * The slots of a plan. TensorFlow's tensors cannot be written in place: an op's output becomes the content of its
 * slot, whole or as a window of columns, and only what the training loop reads is ever fetched. Integers are needed
 * on both sides, so the host keeps them and uploads them when an op asks.
 */
export class SlotMemory {
  readonly #operations: Operations;
  readonly #sizes = new Map<SlotId, number>();
  readonly #floats = new Map<SlotId, Content>();
  readonly #ints = new Map<SlotId, Int32Array>();

  constructor(operations: Operations, plan: Plan) {
    this.#operations = operations;
    for (const slot of plan.slots) {
      const size = slotSize(slot, plan.extent);
      if (slot.type === 'int') this.#ints.set(slot.id, new Int32Array(size));
      else this.#sizes.set(slot.id, size);
    }
  }

  ints(slot: SlotId): Int32Array {
    const values = this.#ints.get(slot);
    if (values === undefined) throw new WorkbenchError('internal', `Slot ${slot} holds no integers`);
    return values;
  }

  /** Elements of a float slot. */
  size(slot: SlotId): number {
    const size = this.#sizes.get(slot);
    if (size === undefined) throw new WorkbenchError('internal', `Slot ${slot} holds no floats`);
    return size;
  }

  /** A slot of fixed size, a weight or its gradient, in a shape. */
  fixed(slot: SlotId, shape: readonly number[]): Tensor {
    const count = shape.reduce((product, length) => product * length, 1);
    return this.#operations.reshape(this.#matrix(slot, 1, count), shape);
  }

  setFixed(slot: SlotId, value: Tensor): void {
    const count = sizeOf(value);
    this.#put(
      slot,
      { column: 0, columns: count, stride: count },
      1,
      this.#operations.reshape(value, [1, count]),
    );
  }

  /** [rows,columns] of a window. */
  read(matrix: Matrix, rows: number): Tensor {
    const content = this.#floats.get(matrix.slot);
    if (content?.place === 'device' && content.rows === rows && content.stride === matrix.stride) {
      const window = content.windows.get(matrix.column);
      if (window !== undefined && window.shape[1] === matrix.columns) return window;
    }
    const whole = this.#matrix(matrix.slot, rows, matrix.stride);
    return this.#operations.columns(whole, matrix.column, matrix.columns);
  }

  write(matrix: Matrix, rows: number, value: Tensor): void {
    this.#put(matrix.slot, matrix, rows, value);
  }

  /** Writes, or adds to what is there. */
  store(matrix: Matrix, rows: number, value: Tensor, accumulate: boolean): void {
    this.write(matrix, rows, accumulate ? this.#operations.add(this.read(matrix, rows), value) : value);
  }

  storeFixed(slot: SlotId, value: Tensor, accumulate: boolean): void {
    this.setFixed(slot, accumulate ? this.#operations.add(this.fixed(slot, value.shape), value) : value);
  }

  /** The slot's values on the host; the array is the memory itself while the content stays on the host. */
  host(slot: SlotId): Float32Array {
    const content = this.#floats.get(slot);
    if (content?.place === 'host') return content.values;
    const values = new Float32Array(this.size(slot));
    if (content !== undefined) this.#fetch(content, values);
    return values;
  }

  #fetch(content: Content, values: Float32Array): void {
    if (content.place === 'host') {
      values.set(content.values);
      return;
    }
    if (content.beneath !== null) this.#fetch(content.beneath, values);
    const { pool } = this.#operations;
    const read = pool.scoped(() => pool.device.readFloats(assemble(this.#operations, content).handle));
    values.set(read.subarray(0, values.length));
  }

  writeHost(slot: SlotId, values: ArrayLike<number>): void {
    const size = this.size(slot);
    if (values.length > size) {
      throw new WorkbenchError('internal', `Slot ${slot} holds ${size} values, not ${values.length}`);
    }
    const memory = values.length < size ? this.host(slot) : new Float32Array(size);
    memory.set(values);
    this.#replace(slot, { place: 'host', values: memory });
  }

  dispose(): void {
    for (const slot of [...this.#floats.keys()]) this.#forget(slot);
  }

  /** The slot's first rows * stride values as a matrix. */
  #matrix(slot: SlotId, rows: number, stride: number): Tensor {
    const operations = this.#operations;
    const content = this.#floats.get(slot);
    if (content === undefined) {
      this.size(slot);
      return operations.zeros([rows, stride]);
    }
    if (content.place === 'host') return this.#upload(slot, content.values, rows, stride);
    if (content.rows * content.stride === rows * stride) {
      return operations.reshape(assemble(operations, content), [rows, stride]);
    }
    if (content.rows * content.stride > rows * stride) {
      const flat = operations.reshape(assemble(operations, content), [1, content.rows * content.stride]);
      return operations.reshape(operations.columns(flat, 0, rows * stride), [rows, stride]);
    }
    return this.#upload(slot, this.host(slot), rows, stride);
  }

  /** A whole slot goes to the device once; a part of one is a copy, as the rest must stay. */
  #upload(slot: SlotId, values: Float32Array, rows: number, stride: number): Tensor {
    const tensor = this.#operations.pool.floats([rows, stride], values.slice(0, rows * stride));
    if (rows * stride === values.length) {
      this.#operations.pool.retain(tensor);
      this.#replace(slot, { place: 'device', rows, stride, windows: new Map([[0, tensor]]), beneath: null });
    }
    return tensor;
  }

  #put(slot: SlotId, window: Omit<Matrix, 'slot'>, rows: number, value: Tensor): void {
    const { column, columns, stride } = window;
    const content = this.#floats.get(slot);
    this.#operations.pool.retain(value);
    const windows = new Map<number, Tensor>();
    if (columns < stride && content !== undefined) {
      if (content.place === 'device' && content.rows === rows && content.stride === stride) {
        for (const [first, tensor] of this.#outside(content, column, columns)) windows.set(first, tensor);
      } else if (this.size(slot) >= rows * stride) {
        const whole = this.#matrix(slot, rows, stride);
        const kept: Content = {
          place: 'device',
          rows,
          stride,
          windows: new Map([[0, whole]]),
          beneath: null,
        };
        for (const [first, tensor] of this.#outside(kept, column, columns)) windows.set(first, tensor);
      }
    }
    for (const tensor of windows.values()) this.#operations.pool.retain(tensor);
    windows.set(column, value);
    const beneath = this.#leftBeneath(slot, content, rows * stride);
    if (beneath?.place === 'device') this.#retainAll(beneath);
    this.#replace(slot, { place: 'device', rows, stride, windows, beneath });
  }

  /** What stays visible behind the first `count` elements when they are written. */
  #leftBeneath(slot: SlotId, content: Content | undefined, count: number): Content | null {
    if (count >= this.size(slot)) return null;
    let left: Content | null = content ?? null;
    while (left?.place === 'device' && left.rows * left.stride <= count) left = left.beneath;
    let depth = 0;
    for (let at = left; at?.place === 'device'; at = at.beneath) depth += 1;
    return depth < deepest ? left : { place: 'host', values: this.host(slot) };
  }

  #retainAll(content: Extract<Content, { place: 'device' }>): void {
    for (const tensor of content.windows.values()) this.#operations.pool.retain(tensor);
    if (content.beneath?.place === 'device') this.#retainAll(content.beneath);
  }

  /** What of the windows lies outside [column, column + columns). */
  *#outside(
    content: Extract<Content, { place: 'device' }>,
    column: number,
    columns: number,
  ): Generator<[number, Tensor]> {
    const end = column + columns;
    for (const [first, tensor] of content.windows) {
      const last = first + (tensor.shape[1] as number);
      if (last <= column || first >= end) yield [first, tensor];
      else {
        if (first < column) yield [first, this.#operations.columns(tensor, 0, column - first)];
        if (last > end) yield [end, this.#operations.columns(tensor, end - first, last - end)];
      }
    }
  }

  #replace(slot: SlotId, content: Content): void {
    this.#forget(slot);
    this.#floats.set(slot, content);
  }

  #forget(slot: SlotId): void {
    const content = this.#floats.get(slot);
    this.#floats.delete(slot);
    if (content?.place === 'device') this.#releaseAll(content);
  }

  #releaseAll(content: Extract<Content, { place: 'device' }>): void {
    for (const tensor of content.windows.values()) this.#operations.pool.release(tensor.handle);
    if (content.beneath?.place === 'device') this.#releaseAll(content.beneath);
  }
}

/** All columns of a slot [rows,stride]. */
function assemble(operations: Operations, content: Extract<Content, { place: 'device' }>): Tensor {
  const { rows, stride, windows } = content;
  const parts: Tensor[] = [];
  let column = 0;
  for (const [first, tensor] of [...windows].sort(([a], [b]) => a - b)) {
    if (first > column) parts.push(operations.zeros([rows, first - column]));
    parts.push(tensor);
    column = first + (tensor.shape[1] as number);
  }
  if (column < stride) parts.push(operations.zeros([rows, stride - column]));
  return operations.concatenate(parts, 1);
}

/** Rows of a matrix at an extent. */
export function rowsAt(extent: Extent, rows: Rows): number {
  return rows === 'sequence' ? extent.timesteps * extent.batch : extent.batch;
}
