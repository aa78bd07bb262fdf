import { type BenchShape, trainingBytes } from './shape.ts';

/** What a machine can do at best, on the threads of the benchmark together. Made by a backend's probe. */
export interface MachineProbe {
  /** Does multiply-adds in registers only; returns how many float32 operations they were. */
  multiply(iterations: number): number;
  /** Every thread reads its own part of the data, `passes` times. */
  read(data: Float32Array, passes: number): void;
}

export interface MachineLimits {
  /** float32 operations per second of all threads together. */
  readonly peak: number;
  /** Bytes per second at which one thread reads the recurrent weights from the cache (or memory) that holds them. */
  readonly weightBandwidth: number;
  /** Bytes per second at which all threads read an array as large as the activations of a step. */
  readonly activationBandwidth: number;
}

const attempts = 15;

/** Measures what the roofline of a shape needs: the best of several short attempts each, in under a second. */
export function measureLimits(
  probe: MachineProbe,
  shape: BenchShape,
  threads: number,
  now: () => number,
): MachineLimits {
  const weightFloats = Math.max(4096, 3 * shape.units * shape.units);
  const activationFloats = Math.max(4096, Math.min(trainingBytes(shape) / 4, 2 ** 26));
  return {
    peak: measurePeak(probe, now),
    weightBandwidth: measureReading(probe, weightFloats * threads, now) / threads,
    activationBandwidth: measureReading(probe, Math.ceil(activationFloats), now),
  };
}

/** float32 operations per second in registers, the best of several short attempts. */
export function measurePeak(probe: MachineProbe, now: () => number): number {
  const iterations = 200_000;
  let best = 0;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const start = now();
    const operations = probe.multiply(iterations);
    best = Math.max(best, operations / ((now() - start) / 1000));
  }
  return best;
}

function measureReading(probe: MachineProbe, floats: number, now: () => number): number {
  const data = new Float32Array(floats).fill(1);
  const passes = Math.max(1, Math.round(2 ** 23 / floats));
  let best = 0;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const start = now();
    probe.read(data, passes);
    best = Math.max(best, (4 * floats * passes) / ((now() - start) / 1000));
  }
  return best;
}

/**
 * Seconds that no implementation can beat on this machine. The two products with U of each step wait for each other:
 * each takes as long as its arithmetic on the busiest thread's samples, or as reading U once (3H^2 floats), whichever is
 * longer. The other products are arithmetic at peak speed on all threads; and all activations have to be moved.
 */
export function rooflineSeconds(shape: BenchShape, threads: number, limits: MachineLimits): number {
  const { inputs, units, batch, timesteps } = shape;
  const arithmetic = (6 * units * units * Math.ceil(batch / threads)) / (limits.peak / threads);
  const reading = (12 * units * units) / limits.weightBandwidth;
  const sequential = timesteps * 2 * Math.max(arithmetic, reading);
  const parallel = ((18 * inputs + 6 * units) * units * batch * timesteps) / limits.peak;
  return Math.max(sequential + parallel, trainingBytes(shape) / limits.activationBandwidth);
}
