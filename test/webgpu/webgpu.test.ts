import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { setImmediate } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import { afterAll, describe, expect, it } from 'vitest';
import { createRemoteBackend } from '../../engine/backends/remote/index.ts';
import { serveBackend } from '../../engine/backends/remote/serve.ts';
import { selfTest } from '../../engine/backends/selftest.ts';
import {
  createWebGpuBackend,
  gpuPageKnowledge,
  type OpenedDevice,
  type WebGpuBackend,
  type WebGpuOptions,
} from '../../engine/backends/webgpu/index.ts';
import { encodePlan } from '../../engine/backends/webgpu/encode.ts';
import { openWebGpu } from '../../main/platform/webgpu/open.ts';
import { reference, requiredBackends } from '../support/backends.ts';
import type { Case } from '../support/case.ts';
import { CaseBuilder, outputFill } from '../support/case-builder.ts';
import { nodePort } from '../../main/platform/webgpu/page-gpu.ts';
import { cases } from '../support/cases.ts';
import { addGru, gruDefaults, type GruOptions } from '../support/cases/gru-options.ts';
import { differences, runCase } from '../support/run-case.ts';

/** What the case table does not reach: other ways of cutting the work, large grids, long sequences, failures. */
const probe = await openWebGpu({ software: process.env.GRU_TEST_GPU === undefined });
const absent = 'reason' in probe ? probe.reason : null;
const open: WebGpuBackend[] = [];
/** GRU_LEAK_STEPS=5000 for the long run. */
const leakSteps = Number(process.env.GRU_LEAK_STEPS ?? 200);
setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

async function device(): Promise<OpenedDevice> {
  const opened = await openWebGpu({ software: process.env.GRU_TEST_GPU === undefined });
  if ('reason' in opened) throw new Error(opened.reason);
  return opened;
}

async function backendOf(options: WebGpuOptions = {}): Promise<WebGpuBackend> {
  const backend = createWebGpuBackend(await device(), options);
  open.push(backend);
  return backend;
}

async function expectParity(backend: WebGpuBackend, testCase: Case): Promise<void> {
  const expected = await runCase(reference, testCase);
  const actual = await runCase(backend, testCase);
  const tolerance = { ...testCase.tolerance, relative: Math.max(1e-4, testCase.tolerance.relative) };
  expect(differences({ ...testCase, tolerance }, actual, expected)).toEqual([]);
}

/** An op by its kind. */
function kindOf({ kind }: { readonly kind: string }): string {
  return kind;
}

function named(...names: readonly string[]): Case[] {
  return names.map((name) => {
    const source = cases.find((candidate) => candidate.name === name);
    if (source === undefined) throw new Error(`No case "${name}"`);
    return source.build();
  });
}

if (absent !== null) {
  it('an adapter is here', (context) => {
    if (requiredBackends().has('webgpu')) expect.unreachable(absent);
    context.skip(`backend-absent: ${absent}`);
  });
}

describe.runIf(absent === null)('webgpu', () => {
  afterAll(() => {
    for (const backend of open) backend.dispose();
  });

  it('runs one dispatch a timestep', async () => {
    const backend = await backendOf({ recurrence: 'steps' });
    const chosen = named(
      'gru: I5 H17 T2 B3 before',
      'gru: lengths, reverse',
      'gru: windows of columns, wide',
      'gru: gate and candidate swish, clip',
      'gru: zoneout, mask',
    );
    for (const testCase of chosen) await expectParity(backend, testCase);
  });

  it('multiplies by tiles, of whole vectors and of odd sizes', async () => {
    const backend = await backendOf({ products: 'tiled' });
    const chosen = named('gru: windows of columns, wide', 'gru: I13 H33 T3 B2 afterRecurrentBias');
    for (const testCase of chosen) await expectParity(backend, testCase);
  });

  it('spreads a plan over several buffers, with a slot in two of them', { timeout: 300_000 }, async () => {
    const wanted = new Set(
      cases.flatMap(({ build }) => Object.values(build().plan.programs).flatMap((ops) => ops.map(kindOf))),
    );
    const seen = new Set<string>();
    for (const bankElements of [24, 32, 48, 64, 96, 128, 192, 256, 384, 768, 1536]) {
      const backend = await backendOf({ bankElements, products: 'tiled' });
      for (const { build } of cases) {
        const testCase = build();
        const kinds = Object.values(testCase.plan.programs).flatMap((ops) => ops.map(kindOf));
        const banks = backend.estimate(testCase.plan) / 4 / bankElements;
        // Fewer than two are no test of it. One case of each op is enough: all shaders are made by one rule of what
        // runs in one buffer.
        if (banks < 1.2 || banks > 2 || kinds.every((kind) => seen.has(kind))) continue;
        await expectParity(backend, testCase);
        for (const kind of kinds) seen.add(kind);
      }
    }
    expect([...wanted].filter((kind) => !seen.has(kind))).toEqual([]);
    const [wide] = named('gru: I13 H33 T3 B2 afterRecurrentBias');
    if (wide === undefined) throw new Error('no case');
    for (const recurrence of ['steps', 'sequence'] as const) {
      const elements = (await backendOf()).estimate(wide.plan) / 4;
      const bankElements = 4 * Math.ceil(elements / 4 / (recurrence === 'steps' ? 2 : 3));
      await expectParity(await backendOf({ bankElements, recurrence, products: 'direct' }), wide);
    }
  });

  it('multiplies by tiles that read ahead, to the same bits', async () => {
    const wide = () => named('gru: windows of columns, wide', 'gru: I13 H33 T3 B2 afterRecurrentBias');
    const results: unknown[] = [];
    for (const place of [1, 2, 3, 4, 5]) {
      const memory = {
        get: async (key: string) => (key.includes('| tile of ') ? place : 1),
        set: () => Promise.reject(new Error('measured again')),
      };
      const backend = await backendOf({ products: 'tiled', tuneFrom: 1, memory });
      for (const testCase of wide()) await expectParity(backend, testCase);
      results.push(await Promise.all(wide().map((testCase) => runCase(backend, testCase))));
    }
    for (const result of results) expect(result).toEqual(results[0]);
  });

  it('multiplies by every tile that does not, to the same bits', async () => {
    const builder = new CaseBuilder('large', { timesteps: 1, batch: 1280 });
    const input = builder.matrix('input', 'batch', 16, { scale: 1 });
    const output = builder.matrix('output', 'batch', 1280, outputFill);
    const kernel = builder.vector('weights', 16 * 1280, 1);
    const dense = { kind: 'denseForward', rows: 'batch', input, output, kernel } as const;
    builder.add('predict', { ...dense, bias: null, activation: 'linear', preactivation: null });
    const testCase = builder.build(['predict']);
    const results: unknown[] = [];
    // As much memory as each of them takes: an adapter is given the largest it has memory for.
    for (const [workgroupBytes, rows, quads] of [
      [32_768, 8, 2],
      [14_336, 8, 1],
      [13_312, 4, 2],
      [9216, 4, 1],
    ] as const) {
      const opened = await device();
      const tuning = { ...opened.tuning, workgroupBytes };
      const [product] = encodePlan(testCase.plan, tuning).encode('predict', testCase.plan.extent);
      expect(product?.source).toContain(`const ROWS: u32 = ${rows}u;`);
      expect(product?.source).toContain(`const QUADS: u32 = ${quads}u;`);
      const backend = createWebGpuBackend({ ...opened, tuning });
      open.push(backend);
      if (results.length === 0) await expectParity(backend, testCase);
      results.push(await runCase(backend, testCase));
    }
    for (const result of results) expect(result).toEqual(results[0]);
  });

  /**
   * Runs a case once in each way of its recurrence, the first against the reference. @returns shaders of the recurrence,
   * of all ways together.
   */
  async function runEveryWay(testCase: Case, recurrence: 'steps' | 'sequence'): Promise<number> {
    const { tuning } = await device();
    const encode = (way: number) =>
      encodePlan(testCase.plan, { ...tuning, recurrence, ways: { get: () => way } })
        .encode('gradients', testCase.plan.extent)
        .filter(({ name }) => name.startsWith(recurrence === 'steps' ? 'step-' : 'sequence-'));
    const ways = new Map(encode(0).map(({ choice }) => [choice?.key, choice?.ways ?? 1]));
    const most = Math.max(...ways.values());
    const results: unknown[] = [];
    for (let way = 0; way < most; way++) {
      const memory = {
        get: async (key: string) => {
          const found = [...ways].find(([name]) => key.endsWith(`| ${name}`));
          return found === undefined ? 1 : Math.min(way + 1, found[1]);
        },
        set: () => Promise.reject(new Error('measured again')),
      };
      const backend = await backendOf({ recurrence, tuneFrom: 1, memory });
      if (way === 0) await expectParity(backend, testCase);
      results.push(await runCase(backend, testCase));
    }
    for (const result of results) expect(result).toEqual(results[0]);
    return new Set(Array.from({ length: most }, (_, way) => encode(way).map(({ source }) => source)).flat())
      .size;
  }

  function recurrenceCase(options: Partial<GruOptions> & Pick<GruOptions, 'extent'>): Case {
    const builder = new CaseBuilder('recurrence', options.extent);
    const { forward, backward } = addGru(builder, 'gru', { ...gruDefaults, weightScale: 0.1, ...options });
    builder.add('gradients', forward, backward);
    return builder.build(['gradients']);
  }

  it.each(['afterRecurrentBias', 'before'] as const)(
    'takes single timesteps in every way, to the same bits: %s',
    async (resetMode) => {
      const extent = { timesteps: 2, batch: 227 };
      const testCase = recurrenceCase({ units: 100, extent, resetMode });
      // Five ways fit SwiftShader's workgroups, forward and backward.
      expect(await runEveryWay(testCase, 'steps')).toBeGreaterThanOrEqual(5 * 3);
    },
  );

  // Subgroups of SwiftShader have four invocations, as many as there are slices of 33 to 64 units.
  it.each([
    ['after', 64, false, 3],
    ['after', 37, true, 3],
    ['before', 64, true, 3],
    ['before', 42, false, 3],
    ['before', 9, false, 2],
    // More units than invocations: each has several, and none is read ahead.
    ['after', 260, false, 1],
    ['before', 260, true, 1],
  ] as const)(
    'keeps weights in registers and adds in subgroups, to the same bits: %s, %i',
    async (...options) => {
      const [resetMode, units, layerNormalization, ways] = options;
      const extent = { timesteps: 5, batch: 3 };
      const testCase = recurrenceCase({ units, extent, resetMode, layerNormalization });
      expect(await runEveryWay(testCase, 'sequence')).toBe(2 * ways);
    },
  );

  it('measures the tiles of each product once, on memory that is clean again', async () => {
    const kept = new Map<string, number>();
    const memory = {
      get: async (key: string) => kept.get(key),
      set: async (key: string, place: number) => {
        expect(kept.has(key)).toBe(false);
        kept.set(key, place);
      },
    };
    const [testCase] = named('gru: windows of columns, wide');
    if (testCase === undefined) throw new Error('no case');
    const backend = await backendOf({ products: 'tiled', tuneFrom: 1, memory });
    // What the measurement leaves behind: the sigmoid of zeros.
    const builder = new CaseBuilder('sigmoid', { timesteps: 1, batch: 40 });
    const input = builder.matrix('input', 'batch', 20, { scale: 1 });
    const output = builder.matrix('output', 'batch', 36, outputFill);
    const kernel = builder.vector('weights', 20 * 36, 1);
    const dense = { kind: 'denseForward', rows: 'batch', input, output, kernel } as const;
    builder.add('predict', { ...dense, bias: null, activation: 'sigmoid', preactivation: null });
    const { plan } = builder.build(['predict']);
    const executable = await backend.prepare(plan);
    expect(kept.size).toBe(1);
    expect(new Set(await executable.readFloats(output.slot, 40 * 36))).toEqual(new Set([0]));
    executable.dispose();
    await expectParity(backend, testCase);
    expect(kept.size).toBeGreaterThan(3);
    expect([...kept.values()].every((place) => place >= 1 && place <= 5)).toBe(true);
    const { name } = backend.adapter;
    const keys = [...kept.keys()];
    expect(
      keys.every((key) => key.startsWith(`${name} | tile of `) || key.startsWith(`${name} | sequence of `)),
    ).toBe(true);
    // A second plan of the same shapes measures nothing: `set` would have seen its keys before.
    await expectParity(backend, testCase);
  });

  it('takes no tile that the adapter has no memory for', async () => {
    const builder = new CaseBuilder('large', { timesteps: 1, batch: 2048 });
    const input = builder.matrix('input', 'batch', 64, { scale: 1 });
    const output = builder.matrix('output', 'batch', 2048, outputFill);
    const weights = builder.vector('weights', 64 * 2048, 1);
    builder.add('predict', {
      kind: 'denseForward',
      rows: 'batch',
      input,
      output,
      kernel: weights,
      bias: null,
      activation: 'linear',
      preactivation: null,
    });
    const { plan } = builder.build(['predict']);
    const tuning = {
      invocations: 256,
      subgroup: 0,
      recurrence: 'auto',
      products: 'auto',
      ways: new Map(),
      bankElements: 2 ** 28,
    } as const;
    for (const [workgroupBytes, rows] of [
      [16_384, 8],
      [12_288, 4],
      [32_768, 8],
    ] as const) {
      const encoded = encodePlan(plan, { ...tuning, workgroupBytes });
      const product = encoded
        .encode('predict', plan.extent)
        .find((dispatch) => dispatch.choice !== undefined);
      const source = product?.source ?? '';
      const number = (pattern: RegExp): number => Number(pattern.exec(source)?.[1]);
      expect(number(/const ROWS: u32 = (\d+)u/)).toBe(rows);
      const m = 16 * number(/const ROWS: u32 = (\d+)u/);
      const n = 64 * number(/const QUADS: u32 = (\d+)u/);
      const vectors =
        m * number(/array<vec4<f32>, TILE_M \* (\d)u>/) + n * number(/array<vec4<f32>, TILE_N \* (\d)u>/);
      expect(16 * vectors).toBeLessThanOrEqual(workgroupBytes);
    }
  });

  it('takes 1000 timesteps', async () => {
    const builder = new CaseBuilder('long', { timesteps: 1000, batch: 2 });
    const options = { ...gruDefaults, units: 3, extent: { timesteps: 1000, batch: 2 } };
    const { forward, backward } = addGru(builder, 'gru', options);
    builder.add('gradients', forward, backward);
    await expectParity(await backendOf(), builder.build(['gradients']));
  });

  it('takes more rows, and more workgroups, than one dimension of a grid has', async () => {
    const rows = 65_537;
    const builder = new CaseBuilder('rows', { timesteps: 1, batch: rows });
    const input = builder.matrix('input', 'batch', 1, { scale: 1 });
    const output = builder.matrix('output', 'batch', 1, outputFill);
    builder.add('predict', { kind: 'add', rows: 'batch', input, output, accumulate: false });
    const zeroed = builder.vector('zeroed', 65_536 * 256 + 300, 1);
    builder.add('update', { kind: 'zero', slots: [zeroed] });
    const backend = await backendOf();
    const { plan, floats } = builder.build(['predict', 'update']);
    const executable = await backend.prepare(plan);
    for (const [slot, values] of floats) executable.writeFloats(slot, Float32Array.from(values));
    executable.run('predict', plan.extent);
    executable.run('update', plan.extent);
    const copied = await executable.readFloats(output.slot, rows);
    expect(copied.every((value, index) => value === floats.get(input.slot)?.[index])).toBe(true);
    const zeros = await executable.readFloats(zeroed, 65_536 * 256 + 300);
    expect(zeros.every((value) => value === 0)).toBe(true);
    const fence = await executable.readFloats(zeroed + 1, 5);
    expect(new Set(fence)).toEqual(new Set([Math.fround(-98765.43)]));
    executable.dispose();
  });

  it('makes no buffer in a run whose extent was seen before', async () => {
    const opened = await device();
    let buffers = 0;
    const create = opened.device.createBuffer.bind(opened.device);
    opened.device.createBuffer = (descriptor) => {
      buffers += 1;
      return create(descriptor);
    };
    const backend = createWebGpuBackend(opened);
    open.push(backend);
    const [testCase] = named('gru: accumulate');
    if (testCase === undefined) throw new Error('no case');
    const executable = await backend.prepare(testCase.plan);
    const step = async (): Promise<void> => {
      executable.run('gradients', testCase.plan.extent);
      await executable.readFloats(testCase.plan.results, 4);
    };
    await step();
    const before = buffers;
    for (let count = 0; count < leakSteps; count++) await step();
    expect(buffers).toBe(before);
    executable.dispose();
  });

  it(`does not grow over ${leakSteps} steps`, { timeout: 600_000 }, async () => {
    const backend = await backendOf();
    const [testCase] = named('gru: accumulate');
    if (testCase === undefined) throw new Error('no case');
    const executable = await backend.prepare(testCase.plan);
    const run = async (steps: number): Promise<void> => {
      for (let count = 0; count < steps; count++) {
        executable.run('gradients', testCase.plan.extent);
        await executable.readFloats(testCase.plan.results, 4);
      }
    };
    const memory = async (): Promise<NodeJS.MemoryUsage> => {
      // What is collected gives its part of the device back in the turns that follow.
      collectGarbage();
      for (let turn = 0; turn < 3; turn++) await setImmediate();
      collectGarbage();
      return process.memoryUsage();
    };
    // What is compiled and kept once.
    await run(Math.max(100, leakSteps / 5));
    // What was there before may settle in one round or another; what leaks grows in each of them.
    const heap: number[] = [];
    const resident: number[] = [];
    for (let round = 0; round < 4; round++) {
      const before = await memory();
      await run(leakSteps);
      const after = await memory();
      heap.push(after.heapUsed - before.heapUsed);
      resident.push(after.rss - before.rss);
    }
    // A step that kept one object of a hundred bytes, or one buffer of the device, would be seen.
    expect(Math.min(...heap)).toBeLessThan(400_000 + 100 * leakSteps);
    expect(Math.min(...resident)).toBeLessThan(16 * 2 ** 20 + 1000 * leakSteps);
    executable.dispose();
  });

  it('says that the device was lost', async () => {
    const opened = await device();
    const backend = createWebGpuBackend(opened);
    const [testCase] = named('gru: accumulate');
    if (testCase === undefined) throw new Error('no case');
    const executable = await backend.prepare(testCase.plan);
    opened.device.destroy();
    await opened.device.lost;
    expect(() => executable.run('gradients', testCase.plan.extent)).toThrow(
      expect.objectContaining({ code: 'backend/lost' }),
    );
    await expect(executable.readFloats(testCase.plan.results, 1)).rejects.toMatchObject({
      code: 'backend/lost',
    });
    backend.dispose();
  });

  it('refuses a plan that its memory does not hold, and says what helps', async () => {
    const backend = await backendOf();
    const builder = new CaseBuilder('large', { timesteps: 1, batch: 1 });
    const { plan } = builder.build([]);
    const huge = { ...plan.slots[0], id: 1000, name: 'huge', fixed: 2 ** 40 } as (typeof plan.slots)[number];
    await expect(backend.prepare({ ...plan, slots: [...plan.slots, huge] })).rejects.toMatchObject({
      code: 'backend/unavailable',
      hint: expect.stringContaining('training.gradientAccumulation'),
    });
  });

  it('works behind a message port, as in a page of its own', async () => {
    const { port1, port2 } = new MessageChannel();
    serveBackend(nodePort(port1), createWebGpuBackend(await device()));
    const remote = await createRemoteBackend(nodePort(port2), gpuPageKnowledge());
    if ('reason' in remote) throw new Error(remote.reason);
    expect(remote.info.name).toBe('webgpu');
    expect(remote.info.software).toBe(true);
    expect(await selfTest(remote)).toBe(true);
    remote.dispose();
  });
});
