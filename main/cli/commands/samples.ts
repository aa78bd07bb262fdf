import { type Command, Option } from 'commander';
import { initProject } from '../../services/projects/init-project.ts';
import { makeSample } from '../../services/samples/make-sample.ts';
import { findSample, listSamples, samplePath } from '../../services/samples/samples.ts';
import { formatPath } from '../format.ts';
import { createHost } from '../host.ts';
import { parseCount } from '../options.ts';
import { createTerminal } from '../terminal.ts';

/** `gru samples`: data to try, one set for every kind of task. */
export function addSamples(program: Command): void {
  const samples = program
    .command('samples')
    .summary('list sample data, and make projects of it')
    .description('Lists the sample data. With a name and a folder, makes a project of one.')
    .argument('[name]', 'which sample')
    .argument('[dir]', 'folder of the new project')
    .option('--json', 'print one JSON object')
    .action(async (name: string | undefined, folder: string | undefined, { json }: { json?: boolean }) => {
      const terminal = createTerminal(json === true);
      if (name === undefined) {
        const list = await listSamples();
        terminal.emit({ samples: list });
        if (terminal.json) return;
        const width = Math.max(...list.map(({ id }) => id.length));
        for (const { id, title, task, size } of list) {
          terminal.print(
            `${id.padEnd(width)}  ${task.padEnd(8)}  ${`${Math.ceil(size / 1000)} kB`.padStart(6)}  ${title}`,
          );
        }
        terminal.say('\nMake a project of one with: gru samples NAME DIR');
        return;
      }
      const sample = await findSample(name);
      const { experiment, reasons, notes } = await initProject(createHost(), {
        folder: folder ?? `${sample.id}.gruproj`,
        file: samplePath(sample),
        task: sample.task,
        targets: sample.targets,
        assignments: sample.settings,
      });
      terminal.emit({ sample, experiment });
      for (const note of notes) terminal.say(note);
      for (const { subject, choice, reason } of reasons) terminal.say(`${subject}: ${choice} (${reason})`);
      if (terminal.json) return;
      terminal.print(`Project made in ${folder ?? `${sample.id}.gruproj`}`);
      terminal.print(`Train it with: gru train ${formatPath(folder ?? `${sample.id}.gruproj`)}`);
    });
  samples
    .command('make')
    .summary('make more of a generated sample')
    .description(
      'Writes the data of a generated sample, as large as asked for; the same seed gives the same data.',
    )
    .argument('<name>', 'which sample')
    .addOption(new Option('--rows <count>', 'rows, sentences or recordings').argParser(parseCount('--rows')))
    .addOption(
      new Option('--seed <number>', 'seed of the random numbers').argParser(parseCount('--seed')).default(1),
    )
    .option('--output <dir>', 'folder to write to', '.')
    .option('--json', 'print one JSON object')
    .action(
      async (
        id: string,
        options: {
          readonly rows?: number;
          readonly seed: number;
          readonly output: string;
          readonly json?: boolean;
        },
      ) => {
        const terminal = createTerminal(options.json === true);
        const made = await makeSample({
          id,
          ...(options.rows === undefined ? {} : { count: options.rows }),
          seed: options.seed,
          folder: options.output,
        });
        terminal.emit(made);
        if (!terminal.json) terminal.print(`${made.count} ${made.unit}: ${made.data}`);
      },
    );
}
