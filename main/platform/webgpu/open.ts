import { existsSync, readdirSync } from 'node:fs';
import { createTimingCache } from '../timings.ts';
import {
  createWebGpuBackend,
  type OpenedDevice,
  openDevice,
  type WebGpuBackend,
} from '../../../engine/backends/webgpu/index.ts';

/** Where packages of Chromium keep the driver description of SwiftShader, which computes on the processor. */
const softwareDrivers = [
  '/usr/lib/chromium/vk_swiftshader_icd.json',
  '/usr/lib/chromium-browser/vk_swiftshader_icd.json',
  '/usr/lib64/chromium-browser/vk_swiftshader_icd.json',
  '/opt/google/chrome/vk_swiftshader_icd.json',
];

/**
 * The shaders are ours and tested: they write workgroup memory before they read it, and stay within their buffers. What
 * Dawn adds against shaders of strangers costs time in inner loops, and on SwiftShader most of the time to compile.
 */
const dawnOptions = ['enable-dawn-features=disable_workgroup_init,disable_robustness'];

export interface WebGpuWish {
  /** Take the software adapter of an installed Chromium instead of a graphics card: for tests. */
  readonly software?: boolean;
}

/**
 * The graphics card of this machine through Dawn, the WebGPU of Chromium as a Node package; or why there is none.
 * Dawn draws from Vulkan on Linux, Metal on macOS and Direct3D 12 on Windows.
 */
export async function openWebGpu(wish: WebGpuWish = {}): Promise<OpenedDevice | { readonly reason: string }> {
  const gpu = await loadGpu(wish);
  if ('reason' in gpu) return gpu;
  const adapter = await findAdapter(gpu);
  if (adapter === null) return { reason: missingAdapter() };
  return openDevice(adapter, gpu);
}

/** The backend on this machine's graphics card; on a software adapter where GRU_WEBGPU=software asks for one. */
export async function startWebGpu(): Promise<WebGpuBackend | { readonly reason: string }> {
  const opened = await openWebGpu({ software: process.env.GRU_WEBGPU === 'software' });
  return 'reason' in opened ? opened : createWebGpuBackend(opened, { memory: createTimingCache() });
}

async function loadGpu({ software }: WebGpuWish): Promise<GPU | { readonly reason: string }> {
  if (software === true) {
    const driver = process.env.GRU_SOFTWARE_VULKAN ?? softwareDrivers.find((path) => existsSync(path));
    if (driver === undefined) {
      return {
        reason: 'no software Vulkan driver was found; it comes with Chromium (apt-get install chromium)',
      };
    }
    // Read by the Vulkan loader when Dawn starts.
    process.env.VK_ICD_FILENAMES = driver;
  } else if (!hasDeviceFile()) {
    return { reason: 'this machine has no graphics card (/dev has neither nvidia0 nor dri)' };
  }
  try {
    const { create } = await import('webgpu');
    return create(dawnOptions);
  } catch (error) {
    return {
      reason: `the package "webgpu" could not be loaded: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

/** Whether Linux shows a graphics card; without one, loading Dawn and all drivers would only take time. */
function hasDeviceFile(): boolean {
  if (process.platform !== 'linux') return true;
  try {
    return readdirSync('/dev').some((name) => /^(nvidia|dri$|dxg$|kfd$)/.test(name));
  } catch {
    return true;
  }
}

async function findAdapter(gpu: GPU): Promise<GPUAdapter | null> {
  return (
    (await gpu.requestAdapter({ powerPreference: 'high-performance' })) ??
    (await gpu.requestAdapter({ forceFallbackAdapter: true }))
  );
}

function missingAdapter(): string {
  if (process.platform !== 'linux') return 'this machine has no graphics adapter that WebGPU can use';
  return 'no graphics adapter was found; on Linux it takes a Vulkan driver and the Vulkan loader (apt-get install libvulkan1)';
}
