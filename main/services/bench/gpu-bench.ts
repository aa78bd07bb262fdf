import type { WebGpuBackend } from '../../../engine/backends/webgpu/index.ts';
import { RandomStream } from '../../../engine/base/rng.ts';
import type { Plan } from '../../../engine/plan/plan.ts';
import { benchPlan } from './bench-plan.ts';
import { quantile, scalarsOf } from './measurement.ts';
import { type BenchShape, trainingBytes, trainingOperations } from './shape.ts';

export interface GpuBenchOptions {
  readonly shape: BenchShape;
  readonly backend: WebGpuBackend;
  /** Milliseconds from some fixed moment, with fractions. */
  readonly now: () => number;
  /** Milliseconds to measure for, at least three rounds. Default 1000. */
  readonly duration?: number;
  /** Training steps that are submitted before the end of the last one is waited for. Default 10. */
  readonly stepsPerRound?: number;
  /** What recurrences are kept as, where they can be. Default float32. */
  readonly storage?: 'float32' | 'float16';
}

export interface GpuBenchResult {
  readonly shape: BenchShape;
  readonly backend: string;
  readonly steps: number;
  /** Median time of a whole training step by the clock of this process, several steps in flight. */
  readonly msPerStep: number;
  /** The same on the clock of the device: a step by itself, from its first dispatch to its last. */
  readonly deviceMsPerStep: number | null;
  /** Half the distance between the quartiles of rounds, as a fraction of the median. */
  readonly spread: number;
  /** 18 B T H (I+H) operations a step, over the faster of the two times. */
  readonly gflops: number;
  readonly peakGflops: number | null;
  readonly fractionOfPeak: number | null;
  /** GB/s read and written by a copy. */
  readonly copyBandwidth: number | null;
  /** Least traffic of activations in a step over the time that a copy of them would take. */
  readonly fractionOfBandwidth: number | null;
  /** Dispatches of a step. */
  readonly dispatches: number;
  readonly loss: number;
}

/** Times training steps of one shape on a GPU: several in flight, as a training run has them. */
export async function runGpuBench(options: GpuBenchOptions): Promise<GpuBenchResult> {
  const { shape, backend, now } = options;
  const stepsPerRound = options.stepsPerRound ?? 10;
  const { plan: made, input, target, rowWeights, parameters } = benchPlan(shape);
  const plan: Plan = { ...made, storage: options.storage ?? 'float32' };
  const executable = await backend.prepare(plan);
  try {
    const random = new RandomStream(1, 0);
    const fill = (slot: number, count: number, scale: number): void =>
      executable.writeFloats(
        slot,
        Float32Array.from({ length: count }, () => (random.nextFloat() * 2 - 1) * scale),
      );
    const rows = shape.batch * shape.timesteps;
    fill(input, rows * shape.inputs, 1);
    fill(target, rows * shape.units, 1);
    for (const parameter of parameters) fill(parameter.id, parameter.fixed, shape.units ** -0.5);
    executable.writeFloats(rowWeights, new Float32Array(rows).fill(1));
    executable.writeFloats(plan.scalars, scalarsOf(shape));
    const step = (): void => {
      executable.run('gradients', plan.extent);
      executable.run('update', plan.extent);
    };
    const limits = await backend.measureLimits();
    for (let warmup = 0; warmup < 2; warmup++) step();
    const [loss = Number.NaN] = await executable.readFloats(plan.results, 1);

    const device: number[] = [];
    for (let attempt = 0; attempt < 5; attempt++) {
      const seconds = await executable.runTimed(['gradients', 'update'], plan.extent);
      if (seconds !== null && attempt > 0) device.push(seconds * 1000);
    }
    const times: number[] = [];
    const end = now() + (options.duration ?? 1000);
    while (times.length < 3 || now() < end) {
      const start = now();
      for (let count = 0; count < stepsPerRound; count++) step();
      await executable.readFloats(plan.results, 1);
      times.push((now() - start) / stepsPerRound);
    }
    times.sort((a, b) => a - b);
    device.sort((a, b) => a - b);
    const msPerStep = quantile(times, 0.5);
    const deviceMsPerStep = device.length === 0 ? null : quantile(device, 0.5);
    const best = Math.min(msPerStep, deviceMsPerStep ?? msPerStep);
    const gflops = trainingOperations(shape) / best / 1e6;
    return {
      shape,
      backend: `${backend.info.name}: ${backend.info.description}`,
      steps: times.length * stepsPerRound,
      msPerStep,
      deviceMsPerStep,
      spread: (quantile(times, 0.75) - quantile(times, 0.25)) / 2 / msPerStep,
      gflops,
      peakGflops: limits === null ? null : limits.peak / 1e9,
      fractionOfPeak: limits === null ? null : (gflops * 1e9) / limits.peak,
      copyBandwidth: limits === null ? null : limits.copyBandwidth / 1e9,
      fractionOfBandwidth:
        limits === null ? null : trainingBytes(shape) / limits.copyBandwidth / (best / 1000),
      dispatches: executable.dispatchCount(['gradients', 'update'], plan.extent),
      loss,
    };
  } finally {
    executable.dispose();
  }
}
