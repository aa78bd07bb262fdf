import type { GruForward, GruSaved } from '../ops/gru.ts';
import { type Matrix, type SlotId, wholeMatrix } from '../ops/matrix.ts';
import type { DenseForward, Op, PoolForward } from '../ops/op.ts';
import { type Plan, resultCount, resultIndex, type Slot, scalarCount, scalarIndex } from '../plan/plan.ts';
import type { Backend, Executable, Support } from './backend.ts';

/**
 * What every backend must compute at start before it is trusted: loss and all gradients of a tiny network (GRU with
 * reset after and two biases, T=3, B=2, I=3, H=4; last state; dense layer; squared error). Wrong drivers, compilers
 * and processors exist: one device is known to return gradients that are all zero while its forward pass is right
 * (tensorflow/tfjs issue 8590). Takes about a millisecond.
 *
 * The expected values come from PyTorch in float64 (test/golden/generate/pytorch_self_test.py).
 *
 * @returns true, or a sentence that says which value is wrong and by how much.
 */
export async function selfTest(backend: Backend): Promise<Support> {
  const network = buildNetwork();
  for (const op of network.plan.programs.gradients) {
    const support = backend.supports(op);
    if (support !== true) return { reason: `it cannot compute ${op.kind}: ${support.reason}` };
  }
  let executable: Executable | null = null;
  try {
    executable = await backend.prepare(network.plan);
    return await check(backend, executable, network);
  } catch (error) {
    return { reason: `it failed: ${error instanceof Error ? error.message : String(error)}` };
  } finally {
    executable?.dispose();
  }
}

/** Largest error that rounding in float32 can explain, relative to the largest value of a tensor. */
const tolerance = 1e-4;

const extent = { timesteps: 3, batch: 2 };
const inputs = 3;
const units = 4;
const outputs = 2;

/** In PyTorch's float64, to eight digits. */
const expectedLoss = 0.20819566;
const expectedGradients = {
  kernel: [
    0.00045502261, 0.0026639308, -0.0009596645, -6.6937251e-5, 3.7630875e-5, 0.0025281134, -0.00030582193,
    0.0011202132, -0.0018041814, 0.021415502, 0.0058028139, 0.014084, -0.0019290723, -0.0015967755,
    0.0024478753, -0.00072012073, 0.00019892028, 0.00029596299, -0.0003785985, -0.00034353511, -0.0032335768,
    0.0018351948, 0.0059645749, -0.0049328299, 0.0023014142, 0.0036076435, -0.0030530347, 0.0021016351,
    2.2303558e-6, 0.00021373005, 0.00075387768, 0.0015904339, 0.006116379, 0.0029811163, -0.0056200546,
    0.023595323,
  ],
  recurrent: [
    0.0059621437, -0.0022635095, -0.002400902, -0.00068307637, -0.0021294663, 0.006126157, -0.0007031468,
    -0.0027490597, 0.014461776, 0.023662729, -0.016299191, -0.02115717, -0.0027662825, 0.00041602007,
    0.00092206992, 0.00034325465, 0.0010447846, -0.0044635575, 0.00053861271, 0.0011800612, -0.0074128081,
    -0.017592785, 0.0073191286, 0.008919357, 0.0028736749, -0.00098274965, -0.0011727844, -0.00029006713,
    -0.0010070356, 0.0029775252, -0.00033251811, -0.0011925573, 0.0069046215, 0.011552951, -0.0076431786,
    -0.0092104347, -0.0065004921, 0.0023261086, 0.0028639322, 0.00054505566, 0.0022353195, -0.0058992467,
    0.00062011004, 0.0027262071, -0.015210057, -0.022841657, 0.017402076, 0.021167946,
  ],
  bias: [
    -0.028801758, 0.0066948823, 0.01611442, 7.0688103e-5, 0.008068965, -0.016587526, 0.00031087572,
    0.0078711551, -0.098518138, -0.13281809, 0.15203321, 0.10779016,
  ],
  recurrentBias: [
    -0.028801758, 0.0066948823, 0.01611442, 7.0688103e-5, 0.008068965, -0.016587526, 0.00031087572,
    0.0078711551, -0.065234077, -0.064598688, 0.073576659, 0.059808452,
  ],
  headKernel: [
    0.20002008, -0.11460627, -0.15550961, 0.11419007, 0.089045849, -0.035889913, -0.16119486, 0.071819295,
  ],
  headBias: [-0.41336565, 0.24631516],
  input: [
    0.0038440949, 0.0037188615, 0.0019037475, 0.0067028002, 0.0050356162, 0.00096967355, 0.0064288583,
    0.0070103716, -0.0021089242, 0.011269765, 0.0062432025, -0.012633626, 0.019069004, 0.023080909,
    -0.032073215, 0.019959773, 0.0095121875, -0.053056038,
  ],
};

type Learned = keyof typeof expectedGradients;

interface Network {
  readonly plan: Plan;
  /** What slots hold before the run; the others are zero. */
  readonly values: ReadonlyMap<SlotId, readonly number[]>;
  readonly gradients: Readonly<Record<Learned, SlotId>>;
}

async function check(backend: Backend, executable: Executable, network: Network): Promise<Support> {
  const Floats = backend.info.precision === 'float64' ? Float64Array : Float32Array;
  for (const [slot, values] of network.values) executable.writeFloats(slot, Floats.from(values));
  await executable.run('gradients', extent);
  const results = await executable.readFloats(network.plan.results, resultCount);
  const loss = compare('loss', [results[resultIndex.loss] as number], [expectedLoss]);
  if (loss !== true) return loss;
  for (const name of Object.keys(expectedGradients) as Learned[]) {
    const expected = expectedGradients[name];
    const actual = await executable.readFloats(network.gradients[name], expected.length);
    const verdict = compare(`gradient of ${name}`, actual, expected);
    if (verdict !== true) return verdict;
  }
  return true;
}

function compare(name: string, actual: ArrayLike<number>, expected: readonly number[]): Support {
  const scale = Math.max(...expected.map(Math.abs));
  const wrong = expected.findIndex(
    (value, index) => !(Math.abs((actual[index] as number) - value) <= tolerance * scale), // NaN is wrong too
  );
  if (wrong < 0) return true;
  return {
    reason: `the ${name}[${wrong}] of a tiny network is ${actual[wrong]} instead of ${expected[wrong]}`,
  };
}

/** Multiples of 1/64 in [-1/2, 1/2], exact in every precision; the generator uses the same formula. */
function exactValues(seed: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => (((index * 37 + seed * 11) % 65) - 32) / 64);
}

function buildNetwork(): Network {
  const slots: Slot[] = [];
  const values = new Map<SlotId, readonly number[]>();
  const slot = (
    name: string,
    count: number,
    initial: readonly number[] = [],
    type: Slot['type'] = 'float',
  ) => {
    const id = slots.length;
    slots.push({ id, name, type, role: 'activation', perSequenceRow: 0, perBatchRow: 0, fixed: count });
    if (initial.length > 0) values.set(id, initial);
    return id;
  };
  const exact = (name: string, count: number, seed: number): SlotId =>
    slot(name, count, exactValues(seed, count));
  const matrix = (name: string, rows: number, columns: number): Matrix =>
    wholeMatrix(slot(name, rows * columns), columns);

  const steps = extent.timesteps * extent.batch;
  const scalars = slot(
    'scalars',
    scalarCount,
    Array.from({ length: scalarCount }, (_, index) => (index === scalarIndex.lossScale ? 0.25 : 0)),
  );
  const results = slot('results', resultCount);
  const random = slot('random', 4, [], 'int');
  const gradients = {
    kernel: slot('gradient/kernel', inputs * 3 * units),
    recurrent: slot('gradient/recurrent', units * 3 * units),
    bias: slot('gradient/bias', 3 * units),
    recurrentBias: slot('gradient/recurrentBias', 3 * units),
    headKernel: slot('gradient/headKernel', units * outputs),
    headBias: slot('gradient/headBias', outputs),
    input: slot('gradient/input', steps * inputs),
  };

  const gru: GruForward & { readonly saved: GruSaved } = {
    kind: 'gruForward',
    shape: {
      inputs,
      units,
      resetMode: 'afterRecurrentBias',
      gateActivation: 'sigmoid',
      candidateActivation: 'tanh',
      clip: null,
      reverse: false,
      zoneout: 0,
      layerNormalization: false,
    },
    weights: {
      kernel: exact('kernel', inputs * 3 * units, 1),
      recurrent: exact('recurrent', units * 3 * units, 2),
      bias: exact('bias', 3 * units, 3),
      recurrentBias: exact('recurrentBias', 3 * units, 4),
      gain: null,
    },
    input: wholeMatrix(exact('input', steps * inputs, 7), inputs),
    output: matrix('states', steps, units),
    initialState: null,
    finalState: null,
    lengths: null,
    recurrentMask: null,
    zoneoutMask: null,
    saved: {
      gates: slot('gates', steps * 4 * units),
      preactivations: null,
      normalized: null,
      inverseDeviation: null,
    },
  };
  const pool: PoolForward = {
    kind: 'poolForward',
    mode: 'last',
    input: gru.output,
    output: matrix('last state', extent.batch, units),
    lengths: null,
    positions: null,
  };
  const head: DenseForward = {
    kind: 'denseForward',
    rows: 'batch',
    input: pool.output,
    kernel: exact('headKernel', units * outputs, 5),
    bias: exact('headBias', outputs, 6),
    activation: 'linear',
    output: matrix('predictions', extent.batch, outputs),
    preactivation: null,
  };
  const predictionGradient = matrix('gradient of the predictions', extent.batch, outputs);
  const lastGradient = matrix('gradient of the last state', extent.batch, units);
  const stateGradient = matrix('gradient of the states', steps, units);
  const program: readonly Op[] = [
    gru,
    pool,
    head,
    {
      kind: 'loss',
      rows: 'batch',
      loss: { kind: 'meanSquaredError' },
      predictions: head.output,
      targets: exact('targets', extent.batch * outputs, 8),
      weights: slot('weights', extent.batch, [1, 1]),
      gradient: predictionGradient,
      accumulate: false,
    },
    {
      kind: 'denseBackward',
      forward: head,
      outputGradient: predictionGradient,
      inputGradient: lastGradient,
      accumulateInput: false,
      kernelGradient: gradients.headKernel,
      biasGradient: gradients.headBias,
      accumulate: false,
    },
    {
      kind: 'poolBackward',
      forward: pool,
      outputGradient: lastGradient,
      inputGradient: stateGradient,
      accumulateInput: false,
    },
    {
      kind: 'gruBackward',
      forward: gru,
      outputGradient: stateGradient,
      finalStateGradient: null,
      inputGradient: wholeMatrix(gradients.input, inputs),
      accumulateInput: false,
      gradients: {
        kernel: gradients.kernel,
        recurrent: gradients.recurrent,
        bias: gradients.bias,
        recurrentBias: gradients.recurrentBias,
        gain: null,
      },
      accumulate: false,
      initialStateGradient: null,
      stateGradient: null,
    },
  ];
  const plan: Plan = {
    extent,
    slots,
    programs: { predict: [], evaluate: [], gradients: program, zeroGradients: [], update: [] },
    scalars,
    results,
    random,
  };
  return { plan, values, gradients };
}
