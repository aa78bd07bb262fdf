import copySource from './shaders/probe-copy.wgsl?raw';
import multiplySource from './shaders/probe-multiply.wgsl?raw';
import { expandTemplate } from './template.ts';
import type { Timer } from './timer.ts';
import { bufferUsage } from './usage.ts';

/** What a device does at best, measured on its own clock. */
export interface DeviceLimits {
  /** float32 operations per second: multiply-adds in registers, each counting as two. */
  readonly peak: number;
  /** Bytes per second, read and written, of a copy larger than the caches. */
  readonly copyBandwidth: number;
}

export interface ProbeSize {
  /** Turns of 16 vectors of multiply-adds in each invocation. */
  readonly turns: number;
  readonly groups: number;
  /** Bytes that are copied. */
  readonly bytes: number;
}

/** Some milliseconds on a large GPU. */
export const largeProbe: ProbeSize = { turns: 2048, groups: 4096, bytes: 2 ** 28 };
/** The same on a processor that pretends to be one. */
export const smallProbe: ProbeSize = { turns: 16, groups: 16, bytes: 2 ** 20 };

const attempts = 5;

/** The best of some attempts each, after one to warm up. */
export async function measureDevice(device: GPUDevice, timer: Timer, size: ProbeSize): Promise<DeviceLimits> {
  const usage = bufferUsage.storage | bufferUsage.copyTarget;
  const first = device.createBuffer({ size: size.bytes, usage });
  const second = device.createBuffer({ size: size.bytes, usage });
  try {
    device.queue.writeBuffer(first, 0, Float32Array.from([0.999, 0.999, 0.999, 0.999, 0.5, 0.5, 0.5, 0.5]));
    // Not every compiler makes one instruction of a product and a sum.
    const multiply = await Promise.all(
      [true, false].map((fused) =>
        pipelineOf(
          device,
          expandTemplate(`const TURNS: u32 = ${size.turns}u;\n${multiplySource}`, { FUSED: fused }),
        ),
      ),
    );
    const copy = await pipelineOf(device, copySource);
    const time = async (pipeline: GPUComputePipeline, buffers: readonly GPUBuffer[], groups: number) => {
      const group = device.createBindGroup({
        layout: pipeline.getBindGroupLayout(0),
        entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
      });
      let best = Number.POSITIVE_INFINITY;
      for (let attempt = 0; attempt <= attempts; attempt++) {
        const encoder = device.createCommandEncoder();
        const pass = encoder.beginComputePass({ timestampWrites: timer.both });
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, group);
        pass.dispatchWorkgroups(groups);
        pass.end();
        device.queue.submit([encoder.finish()]);
        const seconds = await timer.read();
        if (attempt > 0 && seconds > 0) best = Math.min(best, seconds);
      }
      return best;
    };
    const operations = size.groups * 256 * size.turns * 16 * 4 * 2;
    let shortest = Number.POSITIVE_INFINITY;
    for (const pipeline of multiply)
      shortest = Math.min(shortest, await time(pipeline, [first], size.groups));
    return {
      peak: operations / shortest,
      copyBandwidth: (2 * size.bytes) / (await time(copy, [first, second], Math.min(size.groups, 4096))),
    };
  } finally {
    first.destroy();
    second.destroy();
  }
}

async function pipelineOf(device: GPUDevice, code: string): Promise<GPUComputePipeline> {
  const module = device.createShaderModule({ code });
  return device.createComputePipelineAsync({ layout: 'auto', compute: { module, entryPoint: 'main' } });
}
