import type { Command } from 'commander';
import { examine, examineAdapter } from '../../services/backends/examine.ts';
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
      const report = { ...(await examine(createHost())), adapter: await examineAdapter() };
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
      const { adapter } = report;
      if ('reason' in adapter) return;
      const {
        maxStorageBufferBindingSize,
        maxComputeInvocationsPerWorkgroup,
        maxComputeWorkgroupStorageSize,
      } = adapter.limits;
      terminal.print(
        `graphics adapter: ${adapter.name}${adapter.software ? ' (software: never chosen by "auto")' : ''}; ` +
          `${formatBytes(maxStorageBufferBindingSize)} in one buffer, workgroups of ` +
          `${maxComputeInvocationsPerWorkgroup} with ${formatBytes(maxComputeWorkgroupStorageSize)}`,
      );
      const used = ['timestamp-query', 'subgroups', 'shader-f16'];
      const features = used.map((name) => `${name} ${adapter.features.includes(name) ? 'yes' : 'no'}`);
      terminal.print(`adapter features: ${features.join(', ')}`);
    });
}
