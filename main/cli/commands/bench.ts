import { type Command, Option } from 'commander';
import { createNativeProbe } from '../../../engine/backends/native/probe.ts';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import { defaultThreads, loadNativeBinding } from '../../platform/backends.ts';
import { selectBackendHere } from '../../services/backends/open-backend.ts';
import { type BenchResult, runBench } from '../../services/bench/run-bench.ts';
import type { BenchShape } from '../../services/bench/shape.ts';
import { formatNumber } from '../format.ts';
import { createTerminal } from '../terminal.ts';
import { addBackendOptions, type BackendOptions } from './train.ts';

interface Options extends BackendOptions {
  readonly shape: BenchShape;
  readonly json?: boolean;
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
    .option('--json', 'print one JSON object')
    .action(async ({ shape, backend: name, threads: wanted, json }: Options) => {
      const terminal = createTerminal(json === true);
      const threads = wanted ?? defaultThreads();
      const { backend } = await selectBackendHere({ name: name ?? 'auto', threads });
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
