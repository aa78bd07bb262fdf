import { type Command, Option } from 'commander';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import { type ExportFormatName, exportFormats, formatTable } from '../../../engine/export/formats.ts';
import { exportRun } from '../../services/runs/export-run.ts';
import { formatNumber } from '../format.ts';
import { createHost } from '../host.ts';
import { createTerminal } from '../terminal.ts';

interface Options {
  readonly format: ExportFormatName;
  readonly output?: string;
  readonly option: Readonly<Record<string, string>>;
  readonly verify: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** `gru export`: the model for another tool. */
export function addExport(program: Command): void {
  program
    .command('export')
    .summary('write the model for another tool')
    .description(
      'Writes the model in the format of another tool, opens it there where that tool is part of this program, and ' +
        'prints the largest difference to our own predictions on the test part.',
    )
    .argument('<dir>', 'folder of the project')
    .argument('[run]', 'the run; the newest finished one by default')
    .addOption(new Option('--format <format>', 'what to write').choices(exportFormats).makeOptionMandatory())
    .option('--output <path>', 'the file or folder to write; in exports/ of the project by default')
    .addOption(
      new Option('--option <name=value>', 'an option of the format, listed below; may be repeated')
        .argParser(readOption)
        .default({}, 'none'),
    )
    .option('--no-verify', 'do not open what was written')
    .option('--force', 'replace files that exist')
    .option('--json', 'print one JSON object')
    .addHelpText('after', formatHelp)
    .action(async (folder: string, run: string | undefined, options: Options) => {
      const terminal = createTerminal(options.json === true);
      const result = await exportRun(createHost(), {
        folder,
        format: options.format,
        options: options.option,
        verify: options.verify,
        force: options.force === true,
        ...(options.output === undefined ? {} : { output: options.output }),
        ...(run === undefined ? {} : { run }),
      });
      terminal.emit(result);
      if (terminal.json) return;
      terminal.print(`${result.run}, ${result.source}:`);
      for (const { path } of result.files) terminal.print(`  ${path}`);
      for (const note of result.notes) terminal.print(note);
      if (result.verification === null) return;
      const { tool, samples, largestDifference, metrics } = result.verification;
      terminal.print(
        `Largest difference in ${tool} on ${samples} test samples: ${largestDifference.toExponential(1)}`,
      );
      for (const { name, ours, theirs } of metrics) {
        const [before, after] = [formatNumber(ours), formatNumber(theirs)];
        if (before !== after) terminal.print(`  ${name}: ${before} here, ${after} there`);
      }
    });
}

function readOption(text: string, previous: Readonly<Record<string, string>>): Record<string, string> {
  const at = text.indexOf('=');
  if (at <= 0) {
    throw new WorkbenchError('usage/invalid', `"${text}" does not have the form name=value`, {
      where: '--option',
      hint: 'Write for example --option opset=17.',
    });
  }
  return { ...previous, [text.slice(0, at)]: text.slice(at + 1) };
}

function formatHelp(): string {
  const lines = exportFormats.flatMap((format) => {
    const { title, options } = formatTable[format];
    return [
      `  ${format.padEnd(12)} ${title}`,
      ...options.map(({ name, values, help }) => `    ${name}=${values.join('|')}: ${help}`),
    ];
  });
  return `\nFormats and their options (the first value is the default):\n${lines.join('\n')}`;
}
