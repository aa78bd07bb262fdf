import { WorkbenchError } from '../../base/errors.ts';
import type { SlotId } from '../../ops/matrix.ts';
import type { Plan, ProgramName } from '../../plan/plan.ts';
import { programNames } from '../../plan/plan.ts';
import type { Backend, BackendInfo, Support } from '../backend.ts';
import { mostBanks } from './banks.ts';
import type { AdapterDescription, OpenedDevice } from './device.ts';
import { supportsRecurrence } from './encode/recurrence.ts';
import { dispatchesOf, type EncodedPlan, encodePlan } from './encode.ts';
import { WebGpuExecutable } from './executable.ts';
import { halfSlots } from './halves.ts';
import { Pipelines } from './pipelines.ts';
import { type DeviceLimits, largeProbe, measureDevice, smallProbe } from './probe.ts';
import { Timer } from './timer.ts';
import { type Measurement, measureWays, recallWays, type TuningMemory } from './tune.ts';
import type { Tuning } from './tuning.ts';
import { Watch } from './watch.ts';

export type { TuningMemory } from './tune.ts';
export { type AdapterDescription, type OpenedDevice, openDevice } from './device.ts';

/** A backend that can also be timed on its own clock. */
export interface WebGpuBackend extends Backend {
  readonly adapter: AdapterDescription;
  /** What the device does at best; null where it has no clock. */
  measureLimits(): Promise<DeviceLimits | null>;
  prepare(plan: Plan): Promise<WebGpuExecutable>;
}

/** Enough that the device need not wait until a step is read, and few enough that a divergence is seen at once. */
const resultsBehind = 4;

/** How work is cut, where a test or a benchmark wants it otherwise than by itself. */
export interface WebGpuOptions extends Partial<Pick<Tuning, 'recurrence' | 'products' | 'bankElements'>> {
  /**
   * Operations from which the ways of doing them are measured before the first run; null never. Default: those that
   * take long enough to matter, on adapters with a clock that are no software.
   */
  readonly tuneFrom?: number | null;
  /** Where what was measured is kept from run to run; null for the life of the backend. */
  readonly memory?: TuningMemory | null;
  /** Is told of every measurement of ways. */
  readonly onMeasured?: (measurement: Measurement) => void;
}

/** A product of 512 x 512 x 512 takes as many operations. */
const usualTuneFrom = 2 * 512 ** 3;

/**
 * Runs plans on a GPU through WebGPU, in a browser or on Dawn in Node. The device belongs to the backend from now on.
 */
export function createWebGpuBackend(opened: OpenedDevice, options: WebGpuOptions = {}): WebGpuBackend {
  const { device, adapter, owner } = opened;
  const {
    tuneFrom = adapter.software ? null : usualTuneFrom,
    memory = null,
    onMeasured,
    ...wishes
  } = options;
  const found = new Map<string, number>();
  const tuning: Tuning = { ...opened.tuning, ...wishes, ways: found };
  const watch = new Watch(device, owner);
  const compiled = new Map<string, Pipelines>();
  const pipelinesFor = ({ banks, halves }: EncodedPlan): Pipelines => {
    const key = `${banks.count} ${halves > 0}`;
    const known = compiled.get(key) ?? new Pipelines(device, banks.count, halves > 0);
    compiled.set(key, known);
    return known;
  };
  const timer = device.features.has('timestamp-query') ? new Timer(device) : null;
  const info: BackendInfo = {
    name: 'webgpu',
    precision: 'float32',
    description: adapter.software ? `${adapter.name} (software, on the processor)` : adapter.name,
    threads: 1,
    software: adapter.software,
    resultsBehind,
  };
  const supports: Backend['supports'] = (op): Support => {
    if (op.kind === 'gruForward') return supportsRecurrence(tuning, op);
    if (op.kind === 'gruBackward') return supportsRecurrence(tuning, op.forward);
    return true;
  };
  return {
    info,
    adapter,
    measureLimits: async () =>
      timer === null ? null : measureDevice(device, timer, adapter.software ? smallProbe : largeProbe),
    supports,
    halves: (plan) => halfSlots(plan, tuning),
    estimate: (plan) => bytesOf(encodePlan(plan, tuning)),
    prepare: async (plan) => {
      watch.check();
      for (const op of programNames.flatMap((name: ProgramName) => plan.programs[name])) {
        const support = supports(op);
        if (support !== true) {
          throw new WorkbenchError(
            'backend/unsupported',
            `WebGPU cannot compute this model: ${support.reason}`,
          );
        }
      }
      const encoded = encodePlan(plan, tuning);
      requireMemory(encoded, device.limits);
      const pipelines = pipelinesFor(encoded);
      const tunes = timer !== null && tuneFrom !== null;
      const tune = {
        plan,
        encoded,
        tuning,
        found,
        leastWork: tuneFrom ?? 0,
        memory,
        device: adapter.name,
        onMeasured,
      };
      const unknown = tunes ? await recallWays(tune) : new Map<string, never>();
      await pipelines.prepare(dispatchesOf(plan, encoded));
      device.pushErrorScope('out-of-memory');
      const executable = new WebGpuExecutable({ device, watch, pipelines, timer }, plan, encoded);
      const error = await device.popErrorScope();
      if (error !== null) {
        executable.dispose();
        throw tooLarge(bytesOf(encoded), error.message);
      }
      if (unknown.size > 0) {
        await measureWays(tune, unknown, pipelines, (dispatch, repeats) =>
          executable.timeDispatch(dispatch, repeats),
        );
        executable.clear();
        await pipelines.prepare(dispatchesOf(plan, encoded));
      }
      return executable;
    },
    dispose: () => {
      watch.close();
      timer?.dispose();
      device.destroy();
    },
  };
}

/**
 * What is known of this backend behind a port before its device answers: computed for an adapter with the limits that
 * every WebGPU device has.
 */
export function gpuPageKnowledge(): {
  readonly place: string;
  readonly supports: Backend['supports'];
  readonly halves: (plan: Plan) => ReadonlySet<SlotId>;
  readonly estimate: Backend['estimate'];
} {
  const tuning: Tuning = {
    invocations: 256,
    workgroupBytes: 16_384,
    subgroup: 0,
    bankElements: 2 ** 25,
    recurrence: 'auto',
    products: 'auto',
    ways: new Map(),
  };
  return {
    place: 'the GPU page',
    supports: (op) => {
      if (op.kind === 'gruForward') return supportsRecurrence(tuning, op);
      return op.kind === 'gruBackward' ? supportsRecurrence(tuning, op.forward) : true;
    },
    halves: (plan) => halfSlots(plan, tuning),
    estimate: (plan) => bytesOf(encodePlan(plan, tuning)),
  };
}

function bytesOf({ floats, integers, halves }: EncodedPlan): number {
  return 4 * (floats + integers) + 2 * halves;
}

function requireMemory(encoded: EncodedPlan, limits: GPUSupportedLimits): void {
  const one = Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize);
  const { banks, integers, halves } = encoded;
  if (banks.count > mostBanks || 4 * integers > one || 2 * halves > one) {
    throw tooLarge(
      bytesOf(encoded),
      `${mostBanks} buffers of ${mebibytes(4 * banks.elements)} MiB are what this adapter can be given at once`,
    );
  }
}

function tooLarge(bytes: number, why: string): WorkbenchError {
  return new WorkbenchError(
    'backend/unavailable',
    `The GPU cannot hold the ${mebibytes(bytes)} MiB that the model needs at this batch size and length (${why})`,
    {
      where: 'training.batchSize',
      hint: 'Halve training.batchSize and double training.gradientAccumulation: the updates stay the same.',
      data: { bytes },
    },
  );
}

function mebibytes(bytes: number): number {
  return Math.ceil(bytes / 2 ** 20);
}
