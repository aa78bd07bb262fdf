import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { programRoot } from '../../platform/root.ts';
import { initProject } from '../../services/projects/init-project.ts';
import { exportRun } from '../../services/runs/export-run.ts';
import { trainRun } from '../../services/runs/train-run.ts';
import { followRun } from '../follow-run.ts';
import { createHost } from '../host.ts';
import { createTerminal } from '../terminal.ts';
import { addBackendOptions, type BackendOptions } from './train.ts';

interface Options extends BackendOptions {
  readonly json?: boolean;
}

/** `gru demo`: the whole way from a file to a model, on real data. */
export function addDemo(program: Command): void {
  const command = program
    .command('demo')
    .summary('train on a sample data set, from file to model')
    .description(
      'Imports four years of daily weather in Seattle, trains a network that forecasts the temperature, measures it beside naive forecasts, and writes the model.',
    )
    .argument('[dir]', 'folder of the project', 'demo.gruproj');
  addBackendOptions(command)
    .option('--json', 'print one JSON event a line')
    .action(async (folder: string, { json, ...wish }: Options) => {
      const terminal = createTerminal(json === true);
      const host = createHost();
      // A second demo adds a run to the project of the first.
      if (!existsSync(join(folder, 'project.json'))) {
        const file = join(programRoot(), 'resources', 'samples', 'seattle-weather.csv');
        const { reasons } = await initProject(host, { folder, file, targets: ['temp_max'] });
        for (const { subject, choice, reason } of reasons) terminal.say(`${subject}: ${choice} (${reason})`);
      }
      await followRun(folder, json === true, (signal) => trainRun(host, { folder, ...wish, signal }));
      if (process.exitCode !== undefined) return;
      const output = join(folder, 'model.safetensors');
      const { files } = await exportRun(host, { folder, format: 'safetensors', output, force: true });
      terminal.say(`\nThe model, for PyTorch: ${files.map(({ path }) => path).join(', ')}`);
    });
}
