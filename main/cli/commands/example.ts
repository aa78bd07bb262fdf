import { type Command, Option } from 'commander';
import { addingExperiment, addingProblem } from '../../services/examples/adding.ts';
import { trainInMemory } from '../../services/runs/train-in-memory.ts';
import { wished } from '../../services/runs/train-run.ts';
import { exitCodes } from '../exit-codes.ts';
import { createHost } from '../host.ts';
import { listenForInterruption } from '../interruption.ts';
import { parseCount } from '../options.ts';
import { createProgress } from '../progress.ts';
import { describeMetrics } from '../summary.ts';
import { createTerminal } from '../terminal.ts';
import { addBackendOptions, type BackendOptions } from './train.ts';

interface Options extends BackendOptions {
  readonly timesteps: number;
  readonly units: number;
  readonly epochs: number;
  readonly json?: boolean;
}

/** `gru example`: a problem that needs memory, generated and trained without a project. */
export function addExample(program: Command): void {
  const command = program
    .command('example')
    .summary('train a generated problem, without a project')
    .description(
      'Trains the adding problem: the sum of two marked numbers in a long sequence. Always answering 1 has a mean squared error of 0.1667; below 0.01 it is solved.',
    )
    .addOption(
      new Option('--timesteps <count>', 'steps of a sequence')
        .argParser(parseCount('--timesteps'))
        .default(200),
    )
    .addOption(
      new Option('--units <count>', 'units of the GRU layer').argParser(parseCount('--units')).default(64),
    )
    .addOption(new Option('--epochs <count>', 'most epochs').argParser(parseCount('--epochs')).default(20));
  addBackendOptions(command)
    .option('--json', 'print one JSON event a line')
    .action(async ({ timesteps, units, epochs, backend, threads, json }: Options) => {
      const terminal = createTerminal(json === true);
      const progress = createProgress(terminal);
      const interruption = listenForInterruption(
        (text) => terminal.say(text),
        () => progress.end(),
      );
      const experiment = wished(addingExperiment(units, epochs), backend, threads);
      const data = addingProblem({ timesteps, train: 10_000, validation: 1000, test: 1000, seed: 1 });
      try {
        const { signal } = interruption;
        for await (const event of trainInMemory(createHost(), { name: 'adding', experiment, data, signal })) {
          progress.show(event);
          if (event.event !== 'done') continue;
          if (event.reason === 'interrupted') process.exitCode = exitCodes.interrupted;
          else if (!terminal.json) terminal.print(describeMetrics(event.metrics));
        }
      } finally {
        progress.end();
        interruption.end();
      }
    });
}
