import { type Command, Option } from 'commander';
import { type Task, tasks } from '../../../engine/contract/experiment.ts';
import { configText } from '../../services/config/config-file.ts';
import { initProject } from '../../services/projects/init-project.ts';
import { formatPath } from '../format.ts';
import { createHost } from '../host.ts';
import { collect } from '../options.ts';
import { createTerminal } from '../terminal.ts';

interface Options {
  readonly data: string;
  readonly task?: Task;
  readonly target: readonly string[];
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `gru init`: a project with a sensible experiment from the data alone. */
export function addInit(program: Command): void {
  program
    .command('init')
    .summary('make a project from a data file')
    .description(
      'Imports a CSV file into a new project and writes a sensible experiment into its config.json.',
    )
    .argument('<dir>', 'folder of the new project')
    .requiredOption('--data <file>', 'the CSV file')
    .addOption(new Option('--task <task>', 'what to predict').choices(tasks))
    .option('--target <column>', 'column to predict; may be given several times', collect, [])
    .option('--dry-run', 'only show what would be written')
    .option('--json', 'print the configuration as JSON')
    .action(async (folder: string, options: Options) => {
      const terminal = createTerminal(options.json === true);
      const { experiment, reasons, notes } = await initProject(createHost(), {
        folder,
        file: options.data,
        targets: options.target,
        dryRun: options.dryRun === true,
        ...(options.task === undefined ? {} : { task: options.task }),
      });
      for (const note of notes) terminal.say(note);
      for (const { subject, choice, reason } of reasons) terminal.say(`${subject}: ${choice} (${reason})`);
      if (options.json === true || options.dryRun === true) terminal.print(configText(experiment).trimEnd());
      else {
        terminal.print(`Project made in ${folder}`);
        terminal.print(`Train it with: gru train ${formatPath(folder)}`);
      }
    });
}
