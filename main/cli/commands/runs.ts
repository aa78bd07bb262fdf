import type { Command } from 'commander';
import type { RunRecord } from '../../../engine/contract/run.ts';
import { listRuns } from '../../services/runs/list-runs.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { formatCount, formatDuration, formatNumber, formatPath, formatTable } from '../format.ts';
import { createHost } from '../host.ts';
import { createTerminal, reportError } from '../terminal.ts';

/** `gru runs`: what was trained. */
export function addRuns(program: Command): void {
  program
    .command('runs')
    .summary('list the runs of a project')
    .description('Lists the runs of a project, oldest first.')
    .argument('<dir>', 'folder of the project')
    .option('--json', 'print one JSON object a line')
    .action(async (folder: string, options: { readonly json?: boolean }) => {
      const terminal = createTerminal(options.json === true);
      const { runs, damaged } = await listRuns(createHost(), folder);
      if (terminal.json) for (const run of runs) terminal.emit(run);
      else if (runs.length === 0 && damaged.length === 0)
        terminal.print(`No runs yet. Start one with: gru train ${formatPath(folder)}`);
      else if (runs.length > 0) terminal.print(formatTable([header, ...runs.map(rowOf)], [2, 3, 4, 5]));
      for (const error of damaged) {
        reportError(error, terminal.json);
        process.exitCode = exitCodeOf(error);
      }
    });
}

const header = ['run', 'status', 'epochs', 'steps', 'test loss', 'time', 'backend', 'started'];

function rowOf(run: RunRecord): string[] {
  const loss = run.metrics?.['test.loss'];
  return [
    run.id,
    run.status,
    formatCount(run.epoch),
    formatCount(run.step),
    loss === undefined ? '' : formatNumber(loss),
    formatDuration(run.seconds),
    run.backend?.name ?? '',
    run.created.slice(0, 16).replace('T', ' '),
  ];
}
