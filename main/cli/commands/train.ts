import { type Command, Option } from 'commander';
import { backendNames } from '../../../engine/contract/backend-name.ts';
import { type FoldOutcome, summarizeFolds, trainFolds } from '../../services/runs/train-folds.ts';
import { trainRun } from '../../services/runs/train-run.ts';
import { followRun } from '../follow-run.ts';
import { formatNumber, formatTable } from '../format.ts';
import { createHost } from '../host.ts';
import { collect, parseCount } from '../options.ts';
import { createTerminal } from '../terminal.ts';

export interface BackendOptions {
  readonly backend?: 'auto' | (typeof backendNames)[number];
  readonly threads?: number;
}

/** Options that say what computes, for every command that does. */
export function addBackendOptions(command: Command): Command {
  return command
    .addOption(new Option('--backend <name>', 'what computes').choices(['auto', ...backendNames]))
    .addOption(new Option('--threads <count>', 'processor threads').argParser(parseCount('--threads')));
}

interface Options extends BackendOptions {
  readonly from?: string;
  readonly set: readonly string[];
  readonly json?: boolean;
  readonly folds?: true | string;
}

/** `gru train`: a new run of the project's experiment. */
export function addTrain(program: Command): void {
  const command = program
    .command('train')
    .summary('train the network of a project')
    .description(
      'Starts a run of the experiment in config.json. Ctrl-C saves the state; `gru resume` goes on with it.',
    )
    .argument('<dir>', 'folder of the project')
    .option('--from <run>', 'start from the weights and the configuration of this run (fine-tuning)')
    .option('--set <key=value>', 'change a key for this run; may be given several times', collect, []);
  addBackendOptions(command)
    .option(
      '--folds [count]',
      'train every fold of a rolling-origin split, one run each, and print mean and deviation of the metrics',
    )
    .option('--json', 'print one JSON event a line')
    .action(async (folder: string, { set, json, folds, ...wish }: Options) => {
      const options = { folder, assignments: set, ...wish };
      if (folds === undefined) {
        await followRun(folder, json === true, (signal) => trainRun(createHost(), { ...options, signal }));
        return;
      }
      const count = folds === true ? {} : { folds: parseCount('--folds')(folds) };
      const outcomes: FoldOutcome[] = [];
      await followRun(folder, json === true, (signal) =>
        trainFolds(createHost(), { ...options, ...count, signal }, (outcome) => outcomes.push(outcome)),
      );
      const terminal = createTerminal(json === true);
      if (outcomes.length === 0) return;
      if (json === true)
        terminal.emit({ event: 'folds', folds: outcomes.length, metrics: summarizeFolds(outcomes) });
      else terminal.print(`\n${describeFolds(outcomes)}`);
    });
}

/** Metrics of the model and of the naive baselines over all folds. */
function describeFolds(outcomes: readonly FoldOutcome[]): string {
  const rows = Object.entries(summarizeFolds(outcomes)).map(([name, { mean, deviation, values }]) => [
    name,
    formatNumber(mean),
    deviation === null ? '' : formatNumber(deviation),
    ...values.map(formatNumber),
  ]);
  const header = ['over all folds', 'mean', 'deviation', ...outcomes.map(({ fold }) => `fold ${fold}`)];
  return formatTable([header, ...rows], header.map((_, column) => column).slice(1));
}
