import { type Command, Option } from 'commander';
import { predictRun } from '../../services/runs/predict-run.ts';
import { formatAmount } from '../format.ts';
import { createHost } from '../host.ts';
import { parseCount } from '../options.ts';
import { createTerminal } from '../terminal.ts';
import { addBackendOptions, type BackendOptions } from './train.ts';

interface Options extends BackendOptions {
  readonly input: string;
  readonly output: string;
  readonly steps?: number;
  readonly json?: boolean;
}

/** `gru predict`: what the model says of a file. */
export function addPredict(program: Command): void {
  const command = program
    .command('predict')
    .summary('predict on a file')
    .description('Predicts on a CSV file with the columns the model was trained on, and writes a CSV file.')
    .argument('<dir>', 'folder of the project')
    .argument('[run]', 'the run; the newest finished one by default')
    .requiredOption('--input <file>', 'the CSV file to predict on')
    .requiredOption('--output <file>', 'the CSV file to write')
    .addOption(
      new Option(
        '--steps <count>',
        'forecast so far beyond the end, the model reading its own predictions',
      ).argParser(parseCount('--steps')),
    );
  addBackendOptions(command)
    .option('--json', 'print one JSON object')
    .action(async (folder: string, run: string | undefined, { json, ...options }: Options) => {
      const terminal = createTerminal(json === true);
      const result = await predictRun(createHost(), {
        folder,
        ...(run === undefined ? {} : { run }),
        ...options,
      });
      terminal.emit(result);
      for (const warning of result.warnings) terminal.say(warning);
      if (terminal.json) return;
      terminal.print(
        `${formatAmount(result.rows, 'prediction')} of ${result.run}, ${result.source}: ${result.output}`,
      );
    });
}
