import { assertDefined } from '../../base/errors.ts';
import { bankBinding, halfBinding } from './banks.ts';
import { parameterWords } from './kernel.ts';
import type { Dispatch } from './program.ts';
import { computeStage } from './usage.ts';

/** Compiled shaders of a device, for plans with the same buffers, kept by their complete source. */
export class Pipelines {
  readonly #device: GPUDevice;
  readonly bindings: GPUBindGroupLayout;
  readonly #layout: GPUPipelineLayout;
  readonly #known = new Map<string, GPUComputePipeline>();

  /**
   * @param banks buffers of floats.
   * @param halves whether there is a buffer of halves.
   */
  constructor(device: GPUDevice, banks: number, halves: boolean) {
    this.#device = device;
    this.bindings = device.createBindGroupLayout({
      entries: [
        ...Array.from({ length: banks }, (_, bank) => ({
          binding: bankBinding(bank),
          visibility: computeStage,
          buffer: { type: 'storage' as const },
        })),
        { binding: 1, visibility: computeStage, buffer: { type: 'storage' } },
        ...(halves
          ? [{ binding: halfBinding, visibility: computeStage, buffer: { type: 'storage' as const } }]
          : []),
        {
          binding: 2,
          visibility: computeStage,
          buffer: { type: 'uniform', hasDynamicOffset: true, minBindingSize: parameterWords * 4 },
        },
      ],
    });
    this.#layout = device.createPipelineLayout({ bindGroupLayouts: [this.bindings] });
  }

  /** Compiles what is not known yet, all at once. */
  async prepare(dispatches: readonly Dispatch[]): Promise<void> {
    const missing = new Map(
      dispatches
        .filter(({ source }) => !this.#known.has(source))
        .map((dispatch) => [dispatch.source, dispatch]),
    );
    const made = await Promise.all(
      [...missing.values()].map(async (dispatch) => {
        const pipeline = await this.#device.createComputePipelineAsync(this.#describe(dispatch));
        return [dispatch.source, pipeline] as const;
      }),
    );
    for (const [source, pipeline] of made) this.#known.set(source, pipeline);
  }

  /** The pipeline of a dispatch; compiled now if a smaller extent is cut in a way that was not prepared. */
  of(dispatch: Dispatch): GPUComputePipeline {
    if (!this.#known.has(dispatch.source)) {
      this.#known.set(dispatch.source, this.#device.createComputePipeline(this.#describe(dispatch)));
    }
    return assertDefined(this.#known.get(dispatch.source), dispatch.name);
  }

  #describe({ name, source }: Dispatch): GPUComputePipelineDescriptor {
    const module = this.#device.createShaderModule({ label: name, code: source });
    return { label: name, layout: this.#layout, compute: { module, entryPoint: 'main' } };
  }
}
