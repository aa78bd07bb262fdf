import { WorkbenchError } from '../../base/errors.ts';

/**
 * Remembers what goes wrong on a device between two calls: WebGPU reports it later, and not to the call that caused it.
 */
export class Watch {
  #failure: WorkbenchError | null = null;
  #closed = false;
  /** Held until the device is given back. */
  readonly #held: unknown[] = [];

  constructor(device: GPUDevice, owner: unknown) {
    this.#held.push(owner);
    device.addEventListener('uncapturederror', (event) => {
      const { message } = (event as GPUUncapturedErrorEvent).error;
      this.#failure ??= /memory/i.test(message)
        ? outOfMemory(message)
        : new WorkbenchError('internal', `WebGPU refused a command: ${message}`);
    });
    void device.lost.then(({ reason, message }) => {
      if (this.#closed) return;
      this.#failure ??= new WorkbenchError('backend/lost', `The GPU was lost (${message || reason})`, {
        hint: 'Go on with: gru resume',
      });
    });
  }

  /** Throws what went wrong so far. */
  check(): void {
    if (this.#failure !== null) throw this.#failure;
  }

  /** The device is given back on purpose from now on. */
  close(): void {
    this.#closed = true;
    this.#held.length = 0;
  }
}

export function outOfMemory(message: string): WorkbenchError {
  return new WorkbenchError('backend/unavailable', `The GPU has no memory left (${message})`, {
    hint: 'Use a smaller training.batchSize with a larger training.gradientAccumulation: the updates stay the same.',
  });
}
