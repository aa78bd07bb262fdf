import type { Command } from 'commander';
import { evaluateRun } from '../../services/runs/evaluate-run.ts';
import { formatAmount } from '../format.ts';
import { createHost } from '../host.ts';
import { describeMetrics } from '../summary.ts';
import { createTerminal } from '../terminal.ts';
import { addBackendOptions, type BackendOptions } from './train.ts';

interface Options extends BackendOptions {
  readonly json?: boolean;
}

/** `gru evaluate`: how good a run is on data it has not seen. */
export function addEvaluate(program: Command): void {
  const command = program
    .command('evaluate')
    .summary('measure a run on the test part')
    .description('Measures a run on the test part of its data, beside naive baselines.')
    .argument('<dir>', 'folder of the project')
    .argument('[run]', 'the run; the newest finished one by default');
  addBackendOptions(command)
    .option('--json', 'print one JSON object')
    .action(async (folder: string, run: string | undefined, { json, ...wish }: Options) => {
      const terminal = createTerminal(json === true);
      const result = await evaluateRun(createHost(), {
        folder,
        ...(run === undefined ? {} : { run }),
        ...wish,
      });
      terminal.emit(result);
      if (terminal.json) return;
      terminal.print(
        `${result.run}, ${result.source}, ${formatAmount(result.testSamples, 'test sequence')}\n`,
      );
      terminal.print(describeMetrics(result.metrics));
    });
}
