import source from './shaders/probe-subgroups.wgsl?raw';
import { bufferUsage, mapRead } from './usage.ts';

/** Workgroups that are looked at. */
const groups = 4;

/**
 * The least size of the adapter's subgroups, or 0 where it has none, or where they are not made of neighbors: WGSL does
 * not say so, and kernels that add neighbors rely on it.
 */
export async function neighborsInSubgroups(
  device: GPUDevice,
  adapter: GPUAdapter,
  invocations: number,
): Promise<number> {
  const least = adapter.info.subgroupMinSize ?? 0;
  if (!device.features.has('subgroups') || least === 0) return 0;
  const workers = Math.min(512, invocations);
  const { storage, copySource, copyTarget } = bufferUsage;
  const wrong = device.createBuffer({ size: 4, usage: storage | copySource });
  const read = device.createBuffer({ size: 4, usage: copyTarget | bufferUsage.mapRead });
  try {
    const module = device.createShaderModule({ code: withWorkers(workers) });
    const pipeline = await device.createComputePipelineAsync({
      layout: 'auto',
      compute: { module, entryPoint: 'main' },
    });
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(
      0,
      device.createBindGroup({
        layout: pipeline.getBindGroupLayout(0),
        entries: [{ binding: 0, resource: { buffer: wrong } }],
      }),
    );
    pass.dispatchWorkgroups(groups);
    pass.end();
    encoder.copyBufferToBuffer(wrong, 0, read, 0, 4);
    device.queue.submit([encoder.finish()]);
    await read.mapAsync(mapRead);
    return new Uint32Array(read.getMappedRange())[0] === 0 ? least : 0;
  } catch {
    // A driver that cannot compile this is used without.
    return 0;
  } finally {
    wrong.destroy();
    read.destroy();
  }
}

/** `enable` comes before everything else. */
function withWorkers(workers: number): string {
  return source.replace('enable subgroups;', `enable subgroups;\nconst WORKERS: u32 = ${workers}u;`);
}
