import { bufferUsage, mapRead } from './usage.ts';

/** What a measurement takes on the device. */
interface Clock {
  readonly queries: GPUQuerySet;
  readonly resolved: GPUBuffer;
  readonly staging: GPUBuffer;
}

/** Measures passes on the device's own clock. For devices that have timestamps. */
export class Timer {
  readonly #device: GPUDevice;
  /** Made for the first measurement: Dawn crashes where a device goes before it ever used its queries. */
  #clock: Clock | null = null;

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** What a pass writes to be measured. */
  get both(): GPUComputePassTimestampWrites {
    return {
      querySet: this.#made().queries,
      beginningOfPassWriteIndex: 0,
      endOfPassWriteIndex: 1,
    };
  }

  /** Seconds that the last measured pass took. */
  async read(): Promise<number> {
    const { queries, resolved, staging } = this.#made();
    const encoder = this.#device.createCommandEncoder();
    encoder.resolveQuerySet(queries, 0, 2, resolved, 0);
    encoder.copyBufferToBuffer(resolved, 0, staging, 0, 16);
    this.#device.queue.submit([encoder.finish()]);
    await staging.mapAsync(mapRead);
    const [from = 0n, to = 0n] = new BigUint64Array(staging.getMappedRange().slice(0));
    staging.unmap();
    return Number(to - from) / 1e9;
  }

  dispose(): void {
    this.#clock?.queries.destroy();
    this.#clock?.resolved.destroy();
    this.#clock?.staging.destroy();
    this.#clock = null;
  }

  #made(): Clock {
    const { queryResolve, copySource, copyTarget } = bufferUsage;
    this.#clock ??= {
      queries: this.#device.createQuerySet({ type: 'timestamp', count: 2 }),
      resolved: this.#device.createBuffer({ size: 16, usage: queryResolve | copySource }),
      staging: this.#device.createBuffer({ size: 16, usage: bufferUsage.mapRead | copyTarget }),
    };
    return this.#clock;
  }
}
