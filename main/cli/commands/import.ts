import type { Command } from 'commander';
import { openProject } from '../../../engine/store/project.ts';
import { importDataset } from '../../services/datasets/import-dataset.ts';
import { formatAmount } from '../format.ts';
import { createHost } from '../host.ts';
import { createImportProgress } from '../import-progress.ts';
import { listenForInterruption } from '../interruption.ts';
import { collect } from '../options.ts';
import { parseSource, readOption } from '../source-options.ts';
import { createTerminal } from '../terminal.ts';

interface Options {
  readonly read: readonly string[];
  readonly json?: boolean;
}

/** `gru import`: another data file into a project. */
export function addImport(program: Command): void {
  program
    .command('import')
    .summary('add a data file to a project')
    .description(
      'Reads a file, folder or archive into the project: CSV, JSON, Parquet, Arrow, Excel, NumPy, HDF5 or text. Ctrl-C leaves the project as it was.',
    )
    .argument('<dir>', 'folder of the project')
    .argument('<file>', 'the data file, folder or archive')
    .option(...readOption, collect, [])
    .option('--json', 'print the dataset as JSON')
    .action(async (folder: string, file: string, options: Options) => {
      const terminal = createTerminal(options.json === true);
      const source = parseSource(options.read);
      const progress = createImportProgress(terminal);
      const interruption = listenForInterruption(
        () => terminal.say('\nStopping the import; nothing is changed.'),
        progress.end,
      );
      const project = await openProject(createHost().store, folder);
      try {
        const dataset = await importDataset(folder, file, {
          source,
          signal: interruption.signal,
          onProgress: progress.show,
        });
        progress.end();
        for (const note of dataset.notes) terminal.say(note);
        terminal.emit(dataset);
        if (terminal.json) return;
        const { id, rows, columns, format } = dataset;
        terminal.print(
          `${id}: ${formatAmount(rows, 'row')}, ${formatAmount(columns.length, 'column')} (${format})`,
        );
      } finally {
        progress.end();
        interruption.end();
        await project.close();
      }
    });
}
