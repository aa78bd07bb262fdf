import { type Command, Option } from 'commander';
import { createNativeProbe } from '../../../engine/backends/native/probe.ts';
import { selectBackend } from '../../../engine/backends/select.ts';
import { selfTest } from '../../../engine/backends/selftest.ts';
import { describeError, WorkbenchError } from '../../../engine/base/errors.ts';
import { backendCandidates, defaultThreads, loadNativeBinding } from '../../platform/backends.ts';
import { startWebGpu } from '../../platform/webgpu/open.ts';
import { type GpuBenchResult, runGpuBench } from '../../services/bench/gpu-bench.ts';
import { type BenchResult, runBench } from '../../services/bench/run-bench.ts';
import { type BenchShape, benchShapes, deepBenchShapes } from '../../services/bench/shape.ts';
import { formatNumber } from '../format.ts';
import { createTerminal, type Terminal } from '../terminal.ts';
import { addBackendOptions, type BackendOptions } from './train.ts';

interface Options extends BackendOptions {
  readonly shape: BenchShape;
  readonly json?: boolean;
  readonly grid?: boolean;
  readonly deep?: boolean;
}

/** `gru bench`: how fast a training step is here. */
export function addBench(program: Command): void {
  const command = program
    .command('bench')
    .summary('time a training step')
    .description(
      'Times a training step of one GRU layer: forward, mean squared error of the whole output, backward, clipping, Adam.',
    )
    .addOption(
      new Option('--shape <I,H,B,T>', 'inputs, units, batch, timesteps')
        .argParser(parseShape)
        .default({ inputs: 64, units: 128, batch: 32, timesteps: 100 }, '64,128,32,100'),
    );
  addBackendOptions(command)
    .option('--grid', 'with webgpu: all shapes that are compared with other libraries')
    .option('--deep', "with webgpu: DeepBench's GRU training rows that fit")
    .option('--json', 'print one JSON object')
    .action(async ({ shape, backend: name, threads: wanted, json, grid, deep }: Options) => {
      const terminal = createTerminal(json === true);
      const threads = wanted ?? defaultThreads();
      if (name === 'webgpu') {
        const asked = [...(grid === true ? benchShapes : []), ...(deep === true ? deepBenchShapes : [])];
        await benchGpu(terminal, asked.length === 0 ? [shape] : asked);
        return;
      }
      const { backend } = await selectBackend(backendCandidates(threads), name ?? 'auto', selfTest);
      try {
        const probe =
          backend.info.name === 'native' ? createNativeProbe(loadNativeBinding(), { threads }) : null;
        const result = await runBench({ shape, backend, probe, now: () => performance.now() });
        if (terminal.json) terminal.emit(result);
        else terminal.print(describe(result));
      } finally {
        backend.dispose();
      }
    });
}

/** Each shape on the GPU; one that its memory does not hold is said to be left out. */
async function benchGpu(terminal: Terminal, shapes: readonly BenchShape[]): Promise<void> {
  const backend = await startWebGpu();
  if ('reason' in backend) {
    throw new WorkbenchError(
      'backend/unavailable',
      `The backend "webgpu" cannot be used here (${backend.reason})`,
      {
        where: '--backend',
        hint: 'Run "gru doctor" to see which can.',
      },
    );
  }
  try {
    terminal.print(backend.info.description);
    for (const shape of shapes) {
      try {
        const stepsPerRound = backend.adapter.software ? 1 : 10;
        const result = await runGpuBench({ shape, backend, now: () => performance.now(), stepsPerRound });
        if (terminal.json) terminal.emit(result);
        else terminal.print(describeGpu(result));
      } catch (error) {
        if (!(error instanceof WorkbenchError) || shapes.length === 1) throw error;
        terminal.print(`${nameOf(shape)}: left out. ${describeError(error)}`);
      }
    }
  } finally {
    backend.dispose();
  }
}

function nameOf({ inputs, units, batch, timesteps }: BenchShape): string {
  return [inputs, units, batch, timesteps].join(',');
}

function describeGpu(result: GpuBenchResult): string {
  const percent = (fraction: number | null) =>
    fraction === null ? 'not measured' : `${(100 * fraction).toFixed(1)} %`;
  const rate = (value: number | null) => (value === null ? '' : ` of ${formatNumber(value)}`);
  const device =
    result.deviceMsPerStep === null ? 'not measured' : `${formatNumber(result.deviceMsPerStep)} ms`;
  return (
    `${nameOf(result.shape)}: ${formatNumber(result.msPerStep)} ms per training step (spread ${percent(result.spread)}), ` +
    `${device} on the device in ${result.dispatches} dispatches; ${formatNumber(result.gflops)} GFLOP/s, ` +
    `${percent(result.fractionOfPeak)}${rate(result.peakGflops)} GFLOP/s; ` +
    `${percent(result.fractionOfBandwidth)}${rate(result.copyBandwidth)} GB/s`
  );
}

function parseShape(text: string): BenchShape {
  const sizes = text.split(',').map(Number);
  const [inputs = 0, units = 0, batch = 0, timesteps = 0] = sizes;
  if (sizes.length === 4 && sizes.every((size) => Number.isInteger(size) && size >= 1 && size <= 65_536)) {
    return { inputs, units, batch, timesteps };
  }
  throw new WorkbenchError('usage/invalid', `--shape must be four whole numbers, but it is "${text}"`, {
    hint: 'Write inputs, units, batch and timesteps: --shape 64,128,32,100.',
  });
}

function describe(result: BenchResult): string {
  const percent = (fraction: number | null) =>
    fraction === null ? 'not measured' : `${(100 * fraction).toFixed(1)} %`;
  return [
    result.backend,
    `${formatNumber(result.msPerStep)} ms per training step (median of ${result.steps}, spread ${percent(result.spread)})`,
    `${formatNumber(result.gflops)} GFLOP/s, ${percent(result.fractionOfPeak)} of the multiply-add peak` +
      (result.peakGflops === null ? '' : ` of ${formatNumber(result.peakGflops)} GFLOP/s`),
    `${percent(result.fractionOfRoofline)} of the roofline`,
  ].join('\n');
}
