import type { Command } from 'commander';
import type { ColumnProfileView } from '../../../engine/contract/rpc/datasets.ts';
import { type FileProfile, profileFile } from '../../services/datasets/inspect.ts';
import { formatAmount, formatCount, formatNumber, formatTable } from '../format.ts';
import { createImportProgress } from '../import-progress.ts';
import { listenForInterruption } from '../interruption.ts';
import { collect } from '../options.ts';
import { parseSource, readOption } from '../source-options.ts';
import { createTerminal } from '../terminal.ts';

interface Options {
  readonly read: readonly string[];
  readonly json?: boolean;
}

/** `gru profile`: what a file is, without importing it. */
export function addProfile(program: Command): void {
  program
    .command('profile')
    .summary('look at a data file')
    .description(
      'Says how a file is read, what is in each column, which orders the rows, and what could be predicted. Changes nothing.',
    )
    .argument('<file>', 'the data file, folder or archive')
    .option(...readOption, collect, [])
    .option('--json', 'print everything as JSON')
    .action(async (file: string, options: Options) => {
      const terminal = createTerminal(options.json === true);
      const source = parseSource(options.read);
      const progress = createImportProgress(terminal);
      const interruption = listenForInterruption(() => undefined, progress.end);
      try {
        const profile = await profileFile(file, {
          source,
          signal: interruption.signal,
          onProgress: progress.show,
        });
        progress.end();
        terminal.emit(profile);
        if (!terminal.json) terminal.print(describeProfile(profile));
      } finally {
        progress.end();
        interruption.end();
      }
    });
}

function describeProfile({ inspection, profile, suggestions, obstacle }: FileProfile): string {
  const { format, shape, packing, records, notes, problems } = inspection;
  const { time, series } = profile;
  const packed = packing.length === 0 ? '' : ` in ${packing.join(' in ')}`;
  const lines = [
    `${format}${packed}, ${shape}; ${formatAmount(profile.rows, 'row')}, ${formatAmount(profile.columns.length, 'column')}`,
    `Records read ${formatCount(records.read)} = used ${formatCount(records.used)} + left out ${formatCount(records.read - records.used)}${records.dropped.map(({ reason, count }) => `; ${formatCount(count)} x ${reason}`).join('')}`,
    ...notes,
    '',
    formatTable(
      [
        ['column', 'type', 'missing', 'distinct', 'smallest', 'median', 'largest', ''],
        ...profile.columns.map(columnLine),
      ],
      [2, 3, 4, 5, 6],
    ),
    '',
  ];
  for (const { row, column, message } of problems) lines.push(`Row ${row}, column "${column}": ${message}.`);
  lines.push(...profile.warnings);
  if (time !== null) {
    lines.push(`Time: "${time.column}", ${time.frequency ?? 'no regular step'}.`);
  }
  if (series !== null) lines.push(`Series: "${series.column}", ${formatCount(series.count)}.`);
  for (const { subject, choice, reason } of suggestions) lines.push(`${subject}: ${choice} (${reason})`);
  if (obstacle !== null) lines.push(`No experiment is proposed: ${obstacle}.`);
  return lines.join('\n');
}

function columnLine({
  name,
  type,
  missing,
  distinct,
  minimum,
  maximum,
  quantiles,
  evidence,
}: ColumnProfileView): string[] {
  const value = (number: number | null | undefined) => {
    if (number === null || number === undefined) return '';
    if (type !== 'time') return formatNumber(number);
    return new Date(number)
      .toISOString()
      .replace('T', ' ')
      .replace(/( 00:00:00)?\.000Z$/, '');
  };
  return [
    name,
    type,
    formatCount(missing),
    formatCount(distinct),
    value(minimum),
    value(quantiles[2]),
    value(maximum),
    evidence,
  ];
}
