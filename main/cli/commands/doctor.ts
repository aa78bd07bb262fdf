import type { Command } from 'commander';
import { examine } from '../../services/backends/examine.ts';
import { exitCodes } from '../exit-codes.ts';
import { formatBytes } from '../format.ts';
import { createHost } from '../host.ts';
import { createTerminal } from '../terminal.ts';

/** `gru doctor`: what this machine can do, and what is missing. */
export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .summary('say what this machine can do')
    .description('Tries every backend and says which can be used, and why the others cannot.')
    .option('--json', 'print one JSON object')
    .action(async (options: { readonly json?: boolean }) => {
      const terminal = createTerminal(options.json === true);
      const report = await examine(createHost());
      terminal.emit(report);
      if (!report.backends.some(({ usable }) => usable)) process.exitCode = exitCodes.failure;
      if (terminal.json) return;
      const { program: about, machine } = report;
      terminal.print(`GRU Workbench ${about.version}, ${about.runtime}, ${about.system}`);
      terminal.print(
        `${machine.processor}, ${machine.cores} cores, ${formatBytes(machine.memoryBytes)} of memory`,
      );
      for (const { name, usable, detail, chosen } of report.backends) {
        terminal.print(
          `${usable ? 'usable ' : 'missing'}  ${name}: ${detail}${chosen ? ' (used by default)' : ''}`,
        );
      }
    });
}
