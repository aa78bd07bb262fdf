import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createReferenceBackend } from '../../../engine/backends/reference/index.ts';
import { selfTest } from '../../../engine/backends/selftest.ts';
import {
  createWebGpuBackend,
  type TuningMemory,
  type WebGpuBackend,
  type WebGpuOptions,
} from '../../../engine/backends/webgpu/index.ts';
import { openWebGpu } from '../../../main/platform/webgpu/open.ts';
import { runGpuBench } from '../../../main/services/bench/gpu-bench.ts';
import { type BenchShape, benchShapes, deepBenchShapes } from '../../../main/services/bench/shape.ts';
import type { Case } from '../../support/case.ts';
import { cases } from '../../support/cases.ts';
import { differences, runCase } from '../../support/run-case.ts';

/**
 * Our side of gpu.sh, bundled into one file. Prints one JSON object a line:
 *
 *   ours.mjs device                 the adapter, its limits and what it does at best
 *   ours.mjs parity --seconds 120   the case table against the reference, in several ways of cutting work
 *   ours.mjs bench --shape I,H,B,T --seconds 1 --storage float16
 *   ours.mjs shapes                 the shapes of the comparison
 */
export async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seconds: { type: 'string', default: '1' },
      shape: { type: 'string', default: '' },
      software: { type: 'boolean', default: false },
      recurrence: { type: 'string', default: 'auto' },
      products: { type: 'string', default: 'auto' },
      storage: { type: 'string', default: 'float32' },
      cases: { type: 'string', default: '' },
    },
  });
  const [task = 'device'] = positionals;
  const seconds = Number(values.seconds);
  const options = { recurrence: values.recurrence, products: values.products } as WebGpuOptions;
  if (task === 'shapes') return print({ grid: benchShapes, deepBench: deepBenchShapes });
  const software = values.software;
  switch (task) {
    case 'device':
      return withBackend(software, options, async (backend) => {
        const limits = await backend.measureLimits();
        print({ info: backend.info, adapter: backend.adapter, limits, selfTest: await selfTest(backend) });
      });
    case 'parity':
      return parity(software, seconds, values.cases);
    case 'bench':
      return withBackend(software, options, async (backend) => {
        const [inputs = 0, units = 0, batch = 0, timesteps = 0] = values.shape.split(',').map(Number);
        const shape: BenchShape = { inputs, units, batch, timesteps };
        const now = (): number => performance.now();
        const stepsPerRound = software ? 1 : 10;
        const storage = values.storage === 'float16' ? 'float16' : 'float32';
        print(await runGpuBench({ shape, backend, now, duration: seconds * 1000, stepsPerRound, storage }));
      });
    default:
      throw new Error(`There is no task "${task}"`);
  }
}

async function withBackend(
  software: boolean,
  options: WebGpuOptions,
  work: (backend: WebGpuBackend) => Promise<void>,
): Promise<void> {
  const opened = await openWebGpu({ software });
  if ('reason' in opened) throw new Error(opened.reason);
  // How the choices were made goes beside the results.
  const backend = createWebGpuBackend(opened, {
    ...options,
    onMeasured: (measurement) => console.error(`measured ${JSON.stringify(measurement)}`),
  });
  try {
    await work(backend);
  } finally {
    backend.dispose();
  }
}

interface ParityWay {
  readonly name: string;
  readonly options: WebGpuOptions;
  readonly storage?: 'float32' | 'float16';
}

/** A memory that has measured everything, and found other ways to be the fastest at every turn. */
function turning(turn: number): TuningMemory {
  return { get: async () => turn, set: async () => undefined };
}

/** Every case in every way of cutting the work, as far as the time allows; what was not run is counted. */
async function parity(software: boolean, seconds: number, filter: string): Promise<void> {
  const end = performance.now() + seconds * 1000;
  const reference = createReferenceBackend();
  const chosen = cases.filter(({ name }) => name.includes(filter));
  const ways: readonly ParityWay[] = [
    { name: 'usual', options: {} },
    { name: 'steps, tiles', options: { recurrence: 'steps', products: 'tiled' } },
    { name: 'sequences, no tiles', options: { recurrence: 'sequence', products: 'direct' } },
    // In place of what would be measured: one of the first three ways of everything.
    ...[1, 2, 3].flatMap((turn) => [
      {
        name: `steps, way ${turn}`,
        options: { recurrence: 'steps' as const, tuneFrom: 1, memory: turning(turn) },
      },
      {
        name: `sequences, way ${turn}`,
        options: { recurrence: 'sequence' as const, tuneFrom: 1, memory: turning(turn) },
      },
    ]),
    { name: 'halves', options: { recurrence: 'steps' }, storage: 'float16' },
  ];
  for (const { name, options, storage = 'float32' } of ways) {
    await withBackend(software, options, async (backend) => {
      const counts = { passed: 0, failed: 0, notRun: 0 };
      const failures: { readonly name: string; readonly problems: readonly string[] }[] = [];
      for (const source of chosen) {
        if (performance.now() > end) {
          counts.notRun += 1;
          continue;
        }
        const { plan, ...rest } = source.build();
        const problems = await problemsOf(backend, reference, { ...rest, plan: { ...plan, storage } });
        if (problems.length === 0) counts.passed += 1;
        else {
          counts.failed += 1;
          failures.push({ name: source.name, problems });
        }
      }
      print({ parity: name, ...counts, failures: failures.slice(0, 20) });
    });
  }
}

async function problemsOf(
  backend: WebGpuBackend,
  reference: ReturnType<typeof createReferenceBackend>,
  testCase: Case,
): Promise<readonly string[]> {
  try {
    const expected = await runCase(reference, testCase);
    const actual = await runCase(backend, testCase);
    // A half has eleven bits, and a step rounds several times.
    const least = backend.halves?.(testCase.plan).size === 0 ? 1e-4 : 4e-3;
    const tolerance = { ...testCase.tolerance, relative: Math.max(least, testCase.tolerance.relative) };
    return differences({ ...testCase, tolerance }, actual, expected);
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

/** Written at once: the process may be stopped by its time limit. */
function print(value: unknown): void {
  writeFileSync(1, `${JSON.stringify(value)}\n`);
}
