import { type Command, Option } from 'commander';
import { backendNames } from '../../../engine/contract/backend-name.ts';
import { trainRun } from '../../services/runs/train-run.ts';
import { followRun } from '../follow-run.ts';
import { createHost } from '../host.ts';
import { collect, parseCount } from '../options.ts';

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
  readonly set: readonly string[];
  readonly json?: boolean;
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
    .option('--set <key=value>', 'change a key for this run; may be given several times', collect, []);
  addBackendOptions(command)
    .option('--json', 'print one JSON event a line')
    .action(async (folder: string, { set, json, ...wish }: Options) => {
      await followRun(folder, json === true, (signal) =>
        trainRun(createHost(), { folder, assignments: set, ...wish, signal }),
      );
    });
}
