import { WorkbenchError } from '../../base/errors.ts';
import type { Attribute, ElementType, Handle, TensorflowDevice } from './device.ts';

/** A value on the device with its row-major shape. It lives as long as a scope or a slot holds it. */
export interface Tensor {
  readonly handle: Handle;
  readonly shape: readonly number[];
  readonly type: ElementType;
}

/** Elements of a tensor. */
export function sizeOf(tensor: Tensor): number {
  return tensor.shape.reduce((size, length) => size * length, 1);
}

/**
 * Counts who holds each tensor, so that the memory of intermediate values is given back as soon as an op of the plan
 * has run. Everything made inside `scoped` is released at its end unless a slot kept it.
 */
export class TensorPool {
  readonly device: TensorflowDevice;
  readonly #holders = new Map<Handle, number>();
  #scope: Handle[] | null = null;

  constructor(device: TensorflowDevice) {
    this.device = device;
  }

  scoped<Result>(work: () => Result): Result {
    const outer = this.#scope;
    const made: Handle[] = [];
    this.#scope = made;
    try {
      return work();
    } finally {
      this.#scope = outer;
      for (const handle of made) this.release(handle);
    }
  }

  floats(shape: readonly number[], values: Float32Array): Tensor {
    return this.#made({ handle: this.device.createFloats(shape, values), shape, type: 'float' });
  }

  ints(shape: readonly number[], values: Int32Array): Tensor {
    return this.#made({ handle: this.device.createInts(shape, values), shape, type: 'int' });
  }

  /** Runs an op whose outputs have these shapes. */
  execute(
    op: string,
    attributes: readonly Attribute[],
    inputs: readonly Tensor[],
    outputs: readonly { readonly shape: readonly number[]; readonly type: ElementType }[],
  ): readonly Tensor[] {
    const handles = this.device.execute(
      op,
      attributes,
      inputs.map(({ handle }) => handle),
      outputs.length,
    );
    return outputs.map(({ shape, type }, index) =>
      this.#made({ handle: handles[index] as Handle, shape, type }),
    );
  }

  retain(tensor: Tensor): Tensor {
    this.#holders.set(tensor.handle, (this.#holders.get(tensor.handle) ?? 0) + 1);
    return tensor;
  }

  release(handle: Handle): void {
    const holders = (this.#holders.get(handle) ?? 0) - 1;
    if (holders > 0) {
      this.#holders.set(handle, holders);
      return;
    }
    this.#holders.delete(handle);
    this.device.release(handle);
  }

  #made(tensor: Tensor): Tensor {
    if (this.#scope === null) throw new WorkbenchError('internal', 'A tensor was made outside any scope');
    this.#holders.set(tensor.handle, 1);
    this.#scope.push(tensor.handle);
    return tensor;
  }
}
