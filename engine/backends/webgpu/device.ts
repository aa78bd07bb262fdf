import { WorkbenchError } from '../../base/errors.ts';
import { neighborsInSubgroups } from './subgroups.ts';
import type { Tuning } from './tuning.ts';

/** What is known of an adapter, for a person and for choosing. */
export interface AdapterDescription {
  readonly name: string;
  /** Computes on the processor: never faster than the other backends, so never chosen by itself. */
  readonly software: boolean;
  readonly features: readonly string[];
  readonly limits: {
    readonly maxBufferSize: number;
    readonly maxStorageBufferBindingSize: number;
    readonly maxComputeInvocationsPerWorkgroup: number;
    readonly maxComputeWorkgroupStorageSize: number;
  };
}

/** A device with what the backend needs to know of it. */
export interface OpenedDevice {
  readonly device: GPUDevice;
  readonly adapter: AdapterDescription;
  readonly tuning: Tuning;
  /** What must not be collected while the device is in use: Dawn in Node ends with the object it came from. */
  readonly owner: unknown;
}

/** Names under which adapters that compute on the processor go. */
const softwareNames = /swiftshader|llvmpipe|lavapipe|softpipe|software|basic render|\bwarp\b|\bcpu\b/i;

export function describeAdapter(adapter: GPUAdapter): AdapterDescription {
  const { vendor, architecture, device, description } = adapter.info;
  const parts = [description, device, architecture, vendor].filter((part) => part !== '');
  const said = `${vendor} ${architecture} ${device} ${description}`;
  const { limits } = adapter;
  return {
    name: parts.slice(0, 2).join(', ') || 'an adapter without a name',
    software: adapter.info.isFallbackAdapter === true || softwareNames.test(said),
    features: [...adapter.features].sort(),
    limits: {
      maxBufferSize: limits.maxBufferSize,
      maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
      maxComputeInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup,
      maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
    },
  };
}

/** Whole vectors in the largest buffer that can be made and bound. */
function bankElementsOf({ maxBufferSize, maxStorageBufferBindingSize }: GPUSupportedLimits): number {
  return 4 * Math.floor(Math.min(maxBufferSize, maxStorageBufferBindingSize) / 16);
}

/** Features that are used where an adapter has them. */
const wanted: readonly GPUFeatureName[] = ['timestamp-query', 'subgroups', 'shader-f16'];

/**
 * Opens a device with all of the adapter's memory and workgroup limits.
 * @throws backend/unavailable when the adapter gives none.
 */
export async function openDevice(adapter: GPUAdapter, owner: unknown = null): Promise<OpenedDevice> {
  const description = describeAdapter(adapter);
  const { limits } = adapter;
  try {
    const device = await adapter.requestDevice({
      requiredFeatures: wanted.filter((feature) => adapter.features.has(feature)),
      requiredLimits: {
        maxBufferSize: limits.maxBufferSize,
        maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
        maxComputeInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup,
        maxComputeWorkgroupSizeX: limits.maxComputeWorkgroupSizeX,
        maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
      },
    });
    const invocations = Math.min(limits.maxComputeInvocationsPerWorkgroup, limits.maxComputeWorkgroupSizeX);
    return {
      device,
      adapter: description,
      owner,
      tuning: {
        invocations,
        workgroupBytes: limits.maxComputeWorkgroupStorageSize,
        subgroup: await neighborsInSubgroups(device, adapter, invocations),
        bankElements: bankElementsOf(limits),
        recurrence: 'auto',
        products: 'auto',
        ways: new Map(),
      },
    };
  } catch (cause) {
    throw new WorkbenchError('backend/unavailable', `The GPU adapter ${description.name} gives no device`, {
      hint: 'Update the graphics driver, or choose another backend.',
      cause,
    });
  }
}
