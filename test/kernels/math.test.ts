import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { describe, expect, it } from 'vitest';
import type { Backend } from '../../engine/backends/backend.ts';
import { normalDistribution, sigmoid, softplus } from '../../engine/backends/reference/activation.ts';
import type { Activation } from '../../engine/ops/activation.ts';
import { openBackends } from '../support/backends.ts';
import { CaseBuilder } from '../support/case-builder.ts';
import { runCase } from '../support/run-case.ts';
import { floatsBetween, worstUlp } from './ulp.ts';

/**
 * Elementary functions against JavaScript's float64 ones, in units in the last place over all magnitudes. Functions
 * that no op applies bare are reached through the export `evaluate` of the WebAssembly build (4 lanes, with and without
 * fused multiply-add); activations through a dense layer with weight 1, on every build there is.
 */
const count = 200_000;
const all = (from: number, to: number): Float32Array => floatsBetween(from, to, count);
const { NaN: nan, NEGATIVE_INFINITY: minusInfinity, POSITIVE_INFINITY: infinity } = Number;

function erf(x: number): number {
  return Math.abs(x) < 1e-4
    ? (2 / Math.sqrt(Math.PI)) * (x - x ** 3 / 3)
    : 2 * normalDistribution(x * Math.SQRT2) - 1;
}

interface FunctionCase {
  readonly name: string;
  /** Its number in portable/entry.cc. */
  readonly number: number;
  readonly exact: (x: number) => number;
  readonly inputs: Float32Array;
  readonly bound: number;
  readonly special: readonly (readonly [input: number, output: number])[];
}

const functions: readonly FunctionCase[] = [
  {
    name: 'exp',
    number: 0,
    exact: Math.exp,
    inputs: all(-110, 100),
    bound: 2,
    special: [
      [0, 1],
      [infinity, infinity],
      [minusInfinity, 0],
      [nan, nan],
      [89, infinity],
      [-104, 0],
    ],
  },
  {
    name: 'e^x - 1',
    number: 1,
    exact: Math.expm1,
    inputs: all(minusInfinity, 88),
    bound: 2,
    special: [
      [0, 0],
      [minusInfinity, -1],
      [nan, nan],
    ],
  },
  {
    name: 'log',
    number: 2,
    exact: Math.log,
    inputs: all(2 ** -149, infinity),
    bound: 1,
    special: [
      [1, 0],
      [0, minusInfinity],
      [-0, minusInfinity],
      [-1, nan],
      [minusInfinity, nan],
      [infinity, infinity],
      [nan, nan],
    ],
  },
  {
    name: 'ln(1 + x)',
    number: 3,
    exact: Math.log1p,
    inputs: all(-1, infinity),
    bound: 2,
    special: [
      [0, 0],
      [-1, minusInfinity],
      [-2, nan],
      [infinity, infinity],
      [nan, nan],
    ],
  },
  {
    name: 'erf',
    number: 4,
    exact: erf,
    inputs: all(-6, 6),
    bound: 2,
    special: [
      [0, 0],
      [-0, -0],
      [infinity, 1],
      [minusInfinity, -1],
      [nan, nan],
    ],
  },
];

setFlagsFromString('--experimental-wasm-relaxed-simd');

for (const build of ['kernels', 'kernels-relaxed']) {
  describe(`${build}.wasm`, () => {
    it.each(functions)('$name is within $bound ulp', ({ number, exact, inputs, bound, special }) => {
      const worst = worstUlp(inputs, evaluate(build, number, inputs), exact);
      expect(worst.ulp, JSON.stringify(worst)).toBeLessThanOrEqual(bound);
      const specialInputs = Float32Array.from(special, ([input]) => input);
      expect([...evaluate(build, number, specialInputs)]).toEqual(special.map(([, output]) => output));
    });
  });
}

function evaluate(build: string, number: number, inputs: Float32Array): Float32Array {
  const bytes = readFileSync(new URL(`../../engine/backends/portable/${build}.wasm`, import.meta.url));
  const start = 6 * 65536; // beyond the kernels' own memory
  const padded = Math.ceil(inputs.length / 4) * 4;
  const memory = new WebAssembly.Memory({ initial: 6 + Math.ceil((4 * padded) / 65536), maximum: 1000 });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  const run = instance.exports.evaluate as (which: number, values: number, length: number) => void;
  new Float32Array(memory.buffer, start, inputs.length).set(inputs);
  run(number, start, padded);
  return new Float32Array(memory.buffer, start, inputs.length).slice();
}

interface ActivationCase {
  readonly activation: Activation;
  readonly exact: (x: number) => number;
  readonly inputs: Float32Array;
  readonly bound: number;
  /** Exact limits of the function, which no output may pass. */
  readonly range: readonly [number, number];
  readonly special: readonly (readonly [input: number, output: number])[];
}

const activationCases: readonly ActivationCase[] = [
  {
    activation: 'sigmoid',
    exact: sigmoid,
    inputs: all(-87, 100),
    bound: 3,
    range: [0, 1],
    special: [
      [0, 0.5],
      [infinity, 1],
      [minusInfinity, 0],
      [-1e30, 0],
    ],
  },
  {
    activation: 'tanh',
    exact: Math.tanh,
    inputs: all(-1e30, 1e30),
    bound: 3,
    range: [-1, 1],
    special: [
      [0, 0],
      [infinity, 1],
      [minusInfinity, -1],
    ],
  },
  {
    activation: 'softplus',
    exact: softplus,
    inputs: all(-100, 1e30),
    bound: 3,
    range: [0, infinity],
    special: [
      [minusInfinity, 0],
      [infinity, infinity],
    ],
  },
  {
    activation: 'elu',
    exact: (x) => (x > 0 ? x : Math.expm1(x)),
    inputs: all(-1e30, 1e30),
    bound: 2,
    range: [-1, infinity],
    special: [
      [minusInfinity, -1],
      [infinity, infinity],
    ],
  },
];

for (const candidate of await openBackends()) {
  // Bounds of our own C++; a GPU's exponential may be off by hundreds of ulp (WGSL, accuracy of expressions).
  if (candidate.outcome !== 'present' || (candidate.name !== 'native' && candidate.name !== 'portable'))
    continue;
  const { backend } = candidate;
  describe(`${backend.info.name}: ${backend.info.description}`, () => {
    it.each(activationCases)('$activation is within $bound ulp', async (testCase) => {
      const { activation, exact, inputs, bound, range, special } = testCase;
      const outputs = await activate(backend, activation, inputs);
      const worst = worstUlp(inputs, outputs, exact);
      expect(worst.ulp, JSON.stringify(worst)).toBeLessThanOrEqual(bound);
      expect(outputs.every((value) => value >= range[0] && value <= range[1])).toBe(true);
      const specialInputs = Float32Array.from(special, ([input]) => input);
      expect([...(await activate(backend, activation, specialInputs))]).toEqual(special.map(([, y]) => y));
      expect([...(await activate(backend, activation, Float32Array.of(nan)))]).toEqual([nan]);
    });
  });
}

/** A dense layer of one input and one output with weight 1. */
async function activate(
  backend: Backend,
  activation: Activation,
  inputs: Float32Array,
): Promise<Float32Array> {
  const builder = new CaseBuilder(activation, { timesteps: 1, batch: inputs.length });
  const input = builder.matrix('input', 'batch', 1, [...inputs]);
  const output = builder.matrix('output', 'batch', 1, 0);
  const kernel = builder.vector('kernel', 1, 1);
  const op = { kind: 'denseForward', rows: 'batch', bias: null, preactivation: null } as const;
  builder.add('predict', { ...op, input, kernel, activation, output });
  const memory = await runCase(backend, builder.build(['predict']));
  return Float32Array.from(memory.floats.get(output.slot) as ArrayLike<number>);
}
