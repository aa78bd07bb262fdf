import { type Command, Option } from 'commander';
import { exportFormats, exportRun } from '../../services/runs/export-run.ts';
import { createHost } from '../host.ts';
import { createTerminal } from '../terminal.ts';

interface Options {
  readonly output: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** `gru export`: the model for another tool. */
export function addExport(program: Command): void {
  program
    .command('export')
    .summary('write the model for another tool')
    .description(
      'Writes the weights under the names and in the layout of PyTorch, with the code that loads them.',
    )
    .argument('<dir>', 'folder of the project')
    .argument('[run]', 'the run; the newest finished one by default')
    .addOption(new Option('--format <format>', 'what to write').choices(exportFormats).makeOptionMandatory())
    .requiredOption('--output <path>', 'the file to write')
    .option('--force', 'replace files that exist')
    .option('--json', 'print one JSON object')
    .action(async (folder: string, run: string | undefined, options: Options) => {
      const terminal = createTerminal(options.json === true);
      const result = await exportRun(createHost(), {
        folder,
        output: options.output,
        force: options.force === true,
        ...(run === undefined ? {} : { run }),
      });
      terminal.emit(result);
      if (terminal.json) return;
      terminal.print(`${result.run}, ${result.source}:`);
      for (const file of result.files) terminal.print(`  ${file}`);
    });
}
