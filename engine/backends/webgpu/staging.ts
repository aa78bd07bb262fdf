import { bufferUsage } from './usage.ts';

/** Buffers kept when nothing is read: one for each of the results that are read behind, and one for large reads. */
const keptBuffers = 6;
const smallestBytes = 4096;

/** Buffers through which values leave a device. Several reads may be under way, each in one of its own. */
export class Staging {
  readonly #device: GPUDevice;
  /** Not in use, the smallest first. */
  readonly #free: GPUBuffer[] = [];
  #destroyed = false;

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** An unmapped buffer of at least so many bytes. */
  take(bytes: number): GPUBuffer {
    const index = this.#free.findIndex(({ size }) => size >= bytes);
    if (index !== -1) return this.#free.splice(index, 1)[0] as GPUBuffer;
    return this.#device.createBuffer({
      label: 'staging',
      size: Math.max(bytes, smallestBytes),
      usage: bufferUsage.mapRead | bufferUsage.copyTarget,
    });
  }

  /** @param buffer is unmapped again. */
  giveBack(buffer: GPUBuffer): void {
    if (this.#destroyed) {
      buffer.destroy();
      return;
    }
    const place = this.#free.findIndex(({ size }) => size >= buffer.size);
    this.#free.splice(place === -1 ? this.#free.length : place, 0, buffer);
    if (this.#free.length <= keptBuffers) return;
    // Of the large ones the largest serves all; small ones come again at every step.
    this.#free.splice(this.#free.length - 2, 1)[0]?.destroy();
  }

  destroy(): void {
    this.#destroyed = true;
    for (const buffer of this.#free.splice(0)) buffer.destroy();
  }
}
