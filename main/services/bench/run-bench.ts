import type { Backend } from '../../../engine/backends/backend.ts';
import { RandomStream } from '../../../engine/base/rng.ts';
import { benchPlan } from './bench-plan.ts';
import { quantile, scalarsOf } from './measurement.ts';
import { type MachineProbe, measureLimits, rooflineSeconds } from './roofline.ts';
import { type BenchShape, trainingOperations } from './shape.ts';

export interface BenchOptions {
  readonly shape: BenchShape;
  readonly backend: Backend;
  /** How to find this machine's limits; null where the backend has no such measurement. */
  readonly probe: MachineProbe | null;
  /** Milliseconds from some fixed moment, with fractions. */
  readonly now: () => number;
  /** Milliseconds to measure for, at least five steps. Default 1000. */
  readonly duration?: number;
}

export interface BenchResult {
  readonly shape: BenchShape;
  /** Name and description of what ran. */
  readonly backend: string;
  readonly threads: number;
  readonly steps: number;
  /** Median time of a whole training step: forward, loss, backward, clipping, Adam. */
  readonly msPerStep: number;
  /** Half the distance between the quartiles, as a fraction of the median. */
  readonly spread: number;
  /** 18 B T H (I+H) operations a step, over the median. */
  readonly gflops: number;
  /** Multiply-adds in registers, on the same threads, just before and after. */
  readonly peakGflops: number | null;
  readonly fractionOfPeak: number | null;
  /** How close the step comes to the time that this machine's arithmetic and bandwidth allow; see `rooflineSeconds`. */
  readonly fractionOfRoofline: number | null;
}

/** Times training steps of one shape on one backend. Random data, the same in every run. */
export async function runBench(options: BenchOptions): Promise<BenchResult> {
  const { shape, backend, probe, now } = options;
  const { plan, input, target, rowWeights, parameters } = benchPlan(shape);
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

    const step = async (): Promise<void> => {
      await executable.run('gradients', plan.extent);
      await executable.run('update', plan.extent);
    };
    const before = probe === null ? null : measureLimits(probe, shape, backend.info.threads, now);
    for (let warmup = 0; warmup < 3; warmup++) await step();
    await executable.readFloats(plan.results, 1);
    const times: number[] = [];
    const end = now() + (options.duration ?? 1000);
    while (times.length < 5 || now() < end) {
      const start = now();
      await step();
      // A backend that computes asynchronously is waited for by reading what it wrote.
      await executable.readFloats(plan.results, 1);
      times.push(now() - start);
    }
    const after = probe === null ? null : measureLimits(probe, shape, backend.info.threads, now);

    times.sort((a, b) => a - b);
    const msPerStep = quantile(times, 0.5);
    const gflops = trainingOperations(shape) / msPerStep / 1e6;
    const limits =
      before === null || after === null
        ? null
        : {
            peak: Math.max(before.peak, after.peak),
            weightBandwidth: Math.max(before.weightBandwidth, after.weightBandwidth),
            activationBandwidth: Math.max(before.activationBandwidth, after.activationBandwidth),
          };
    return {
      shape,
      backend: `${backend.info.name}: ${backend.info.description}`,
      threads: backend.info.threads,
      steps: times.length,
      msPerStep,
      spread: (quantile(times, 0.75) - quantile(times, 0.25)) / 2 / msPerStep,
      gflops,
      peakGflops: limits === null ? null : limits.peak / 1e9,
      fractionOfPeak: limits === null ? null : (gflops * 1e9) / limits.peak,
      fractionOfRoofline:
        limits === null ? null : (rooflineSeconds(shape, backend.info.threads, limits) * 1000) / msPerStep,
    };
  } finally {
    executable.dispose();
  }
}
