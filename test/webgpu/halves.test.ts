import { afterAll, describe, expect, it, vi } from 'vitest';
import { createWebGpuBackend, gpuPageKnowledge } from '../../engine/backends/webgpu/index.ts';
import { floatsToHalf, halfToFloats } from '../../engine/base/half.ts';
import { type Plan, programNames } from '../../engine/plan/plan.ts';
import { backendCandidates } from '../../main/platform/backends.ts';
import { openBackend } from '../../main/services/backends/open-backend.ts';
import { openWebGpu } from '../../main/platform/webgpu/open.ts';
import { reference, requiredBackends } from '../support/backends.ts';
import type { Case } from '../support/case.ts';
import { CaseBuilder } from '../support/case-builder.ts';
import { cases } from '../support/cases.ts';
import { addGru, gruDefaults, type GruOptions } from '../support/cases/gru-options.ts';
import { differences, runCase } from '../support/run-case.ts';
import {
  experiment,
  oneValue,
  plan,
  prepared,
  randomSamples,
  runTraining,
  type Trained,
  twoFeatures,
} from '../train/support.ts';

/** Recurrences kept as halves, against the reference, which keeps doubles. */
const opened = await openWebGpu({ software: process.env.GRU_TEST_GPU === undefined });
const absent = 'reason' in opened ? opened.reason : null;

if (absent !== null) {
  it('an adapter is here', (context) => {
    if (requiredBackends().has('webgpu')) expect.unreachable(absent);
    context.skip(`backend-absent: ${absent}`);
  });
}

/** A half has 11 bits: each rounding is off by up to 1 / 2048, and a step makes several one after the other. */
const tolerance = { relative: 4e-3, absolute: 1e-6 };

function inHalves({ plan, ...rest }: Case): Case {
  return { ...rest, plan: { ...plan, storage: 'float16' }, tolerance };
}

function recurrence(options: Partial<GruOptions>, gradientScale = 1): Case {
  const extent = { timesteps: 6, batch: 5 };
  const builder = new CaseBuilder('halves', extent);
  const gradient = builder.matrix('outputGradient', 'sequence', options.units ?? 12, {
    scale: gradientScale,
  });
  const { forward, backward } = addGru(
    builder,
    'gru',
    { ...gruDefaults, units: 12, extent, weightScale: 0.4, ...options },
    { outputGradient: gradient },
  );
  builder.add('gradients', forward, backward);
  return inHalves(builder.build(['gradients']));
}

function gatesOf({ programs }: Plan): ReadonlySet<number> {
  const ops = programNames.flatMap((name) => programs[name]);
  return new Set(ops.flatMap((op) => (op.kind === 'gruForward' ? (op.saved?.gates ?? []) : [])));
}

describe.runIf(absent === null)('halves', () => {
  if ('reason' in opened) return;
  const backend = createWebGpuBackend(opened, { recurrence: 'steps' });
  afterAll(() => {
    vi.unstubAllEnvs();
    backend.dispose();
  });

  it('computes the recurrences of the case table', async () => {
    let taken = 0;
    const problems: string[] = [];
    for (const { name, build } of cases) {
      const testCase = inHalves(build());
      const halves = backend.halves?.(testCase.plan);
      if (halves === undefined || halves.size === 0) continue;
      taken += 1;
      const found = differences(
        testCase,
        await runCase(backend, testCase),
        await runCase(reference, testCase),
      );
      problems.push(...found.map((problem) => `${name}: ${problem}`));
    }
    expect(problems).toEqual([]);
    expect(taken).toBeGreaterThan(20);
  });

  it.each([1e-12, 1e-6, 1, 1e6])('keeps gradients of the size of %f', async (scale) => {
    for (const resetMode of ['before', 'afterRecurrentBias'] as const) {
      const testCase = recurrence({ resetMode, finalState: false, initialState: 'shared' }, scale);
      expect(backend.halves?.(testCase.plan)).toEqual(gatesOf(testCase.plan));
      const [actual, expected] = [await runCase(backend, testCase), await runCase(reference, testCase)];
      expect(
        differences({ ...testCase, tolerance: { ...tolerance, absolute: 0 } }, actual, expected),
      ).toEqual([]);
    }
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('does not hide %d', async (value) => {
    const testCase = recurrence({});
    const slotOf = (name: string): number => testCase.plan.slots.find((slot) => slot.name === name)?.id ?? -1;
    const floats = new Map(testCase.floats);
    floats.set(
      slotOf('gru.input'),
      (floats.get(slotOf('gru.input')) ?? new Float64Array()).fill(value, 0, 1),
    );
    const memory = await runCase(backend, { ...testCase, floats });
    const has = (name: string): boolean =>
      Array.from(memory.floats.get(slotOf(name)) ?? []).some(Number.isNaN);
    // tanh and sigmoid make numbers of infinity; the gradient of the kernel multiplies by it.
    if (Number.isNaN(value)) expect(has('gru.output')).toBe(true);
    expect(has('gru.kernelGradient')).toBe(true);
  });

  it('lies beside floats in several buffers', async () => {
    const testCase = recurrence({ units: 16, resetMode: 'before' });
    const device = await openWebGpu({ software: process.env.GRU_TEST_GPU === undefined });
    if ('reason' in device) throw new Error(device.reason);
    const bankElements = 4 * Math.ceil(backend.estimate(testCase.plan) / 4 / 4 / 2);
    const spread = createWebGpuBackend(device, { recurrence: 'steps', bankElements });
    const [actual, expected] = [await runCase(spread, testCase), await runCase(reference, testCase)];
    spread.dispose();
    expect(differences(testCase, actual, expected)).toEqual([]);
  });

  it('takes less memory', () => {
    const { plan } = recurrence({ units: 64, inputs: 64 });
    const floats = backend.estimate({ ...plan, storage: 'float32' });
    const rows = plan.extent.timesteps * plan.extent.batch;
    // Gates, their gradients and the states that met U lose half; the recurrent weights are there once more.
    const saved = 2 * rows * (4 + 4 + 1) * 64 - 2 * 3 * 64 * 64;
    expect(floats - backend.estimate(plan)).toBeGreaterThan(0.85 * saved);
    expect(floats - backend.estimate(plan)).toBeLessThan(1.15 * saved);
  });

  it('trains: 50 steps of Adam follow the reference, and a resumed run comes to the same bits', async () => {
    const config = experiment({
      model: { layers: [{ units: 16 }, { units: 12, bidirectional: true }], head: [{ units: 8 }] },
      training: { epochs: 5, batchSize: 8, learningRate: 0.003 },
      backend: { storage: 'float16' },
    });
    const data = prepared(twoFeatures, oneValue, { train: randomSamples(3, 80, 12, 2) });
    const built = plan({ experiment: config, data });
    expect(backend.halves?.(built.plan)).toEqual(gatesOf(built.plan));
    const losses = ({ events }: Trained): number[] =>
      events.flatMap((event) => (event.event === 'step' ? [event.loss ?? Number.NaN] : []));
    const whole = await runTraining({ experiment: config, data, backend });
    const exact = losses(await runTraining({ experiment: config, data }));
    expect(exact).toHaveLength(50);
    losses(whole).forEach((loss, step) => {
      const expected = exact[step] ?? Number.NaN;
      expect(Math.abs(loss - expected) / expected, `step ${step}`).toBeLessThan(0.02);
    });
    const first = await runTraining({ experiment: config, data, backend, stopAfter: 17 });
    const state = first.states.at(-1);
    if (state === undefined) throw new Error('no state');
    const second = await runTraining({ experiment: config, data, backend, state });
    expect(second.end.parameters).toEqual(whole.end.parameters);
  });

  it('says what became of the wish', async () => {
    if (process.env.GRU_TEST_GPU === undefined) vi.stubEnv('GRU_WEBGPU', 'software');
    const data = prepared(twoFeatures, oneValue, { train: randomSamples(3, 8, 4, 2) });
    const decide = async (name: 'webgpu' | 'portable', layers: readonly object[]) => {
      const config = experiment({ model: { layers }, backend: { storage: 'float16' } });
      const chosen = await openBackend(backendCandidates(1), name, plan({ experiment: config, data }).plan);
      chosen.backend.dispose();
      return chosen.decisions.filter(({ subject }) => subject === 'storage');
    };
    const large = { units: 196 };
    expect(await decide('webgpu', [large])).toMatchObject([
      { choice: 'float16', reason: expect.stringContaining('all recurrences') },
    ]);
    expect(await decide('webgpu', [large, { units: 8 }])).toMatchObject([
      { choice: 'float16', reason: expect.stringContaining('1 of 2 here') },
    ]);
    expect(await decide('webgpu', [{ units: 8 }])).toMatchObject([
      { choice: 'float32', reason: expect.stringContaining('0 of 1') },
    ]);
    expect(await decide('portable', [large])).toMatchObject([
      { choice: 'float32', reason: expect.stringContaining('"portable" keeps float32') },
    ]);
  });

  it('leaves as floats what it cannot keep as halves', () => {
    const kept = (options: Partial<GruOptions>): number =>
      backend.halves?.(recurrence(options).plan).size ?? -1;
    expect(kept({})).toBe(1);
    expect(kept({ units: 10 })).toBe(0);
    expect(kept({ layerNormalization: true })).toBe(0);
    const { plan } = recurrence({});
    expect(backend.halves?.({ ...plan, storage: 'float32' }).size).toBe(0);
    const usual = gpuPageKnowledge();
    // One dispatch for a whole sequence keeps floats: there is little to save.
    expect(usual.halves(plan).size).toBe(0);
    expect(usual.halves(recurrence({ units: 196 }).plan).size).toBe(1);
  });
});

it('rounds floats to halves as IEEE 754 says', () => {
  const known: readonly (readonly [number, number])[] = [
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [65_504, 0x7bff],
    [1e9, 0x7bff],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [2 ** -25, 0x0000],
    [1.5 * 2 ** -25, 0x0001],
    [2 ** -14 - 2 ** -26, 0x0400],
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [2 - 2 ** -12, 0x4000],
    [1 / 3, 0x3555],
  ];
  expect([...floatsToHalf(known.map(([value]) => value))]).toEqual(known.map(([, half]) => half));
  const all = Uint16Array.from({ length: 0x7c00 }, (_, half) => half);
  expect(floatsToHalf(halfToFloats(new Uint8Array(all.buffer)))).toEqual(all);
});
