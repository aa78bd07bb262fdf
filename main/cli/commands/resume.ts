import type { Command } from 'commander';
import { resumeRun } from '../../services/runs/resume-run.ts';
import { followRun } from '../follow-run.ts';
import { createHost } from '../host.ts';
import { addBackendOptions, type BackendOptions } from './train.ts';

interface Options extends BackendOptions {
  readonly json?: boolean;
}

/** `gru resume`: goes on with a run that was stopped, or whose process died. */
export function addResume(program: Command): void {
  const command = program
    .command('resume')
    .summary('go on with a run that was stopped')
    .description('Goes on with a run exactly where its newest sound checkpoint stands.')
    .argument('<dir>', 'folder of the project')
    .argument('[run]', 'the run; the newest unfinished one by default');
  addBackendOptions(command)
    .option('--json', 'print one JSON event a line')
    .action(async (folder: string, run: string | undefined, { json, ...wish }: Options) => {
      await followRun(folder, json === true, (signal) =>
        resumeRun(createHost(), { folder, ...(run === undefined ? {} : { run }), ...wish, signal }),
      );
    });
}
