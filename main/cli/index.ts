import { Command, CommanderError } from 'commander';
import { WorkbenchError } from '../../engine/base/errors.ts';
import { programVersion } from '../platform/root.ts';
import { addBench } from './commands/bench.ts';
import { addDemo } from './commands/demo.ts';
import { addDoctor } from './commands/doctor.ts';
import { addEvaluate } from './commands/evaluate.ts';
import { addExample } from './commands/example.ts';
import { addExport } from './commands/export.ts';
import { addGenerate } from './commands/generate.ts';
import { addImport } from './commands/import.ts';
import { addImportModel } from './commands/import-model.ts';
import { addInit } from './commands/init.ts';
import { addPredict } from './commands/predict.ts';
import { addProfile } from './commands/profile.ts';
import { addResume } from './commands/resume.ts';
import { addRuns } from './commands/runs.ts';
import { addSamples } from './commands/samples.ts';
import { addSchema } from './commands/schema.ts';
import { addServeModel } from './commands/serve-model.ts';
import { addServe } from './commands/serve.ts';
import { addTrain } from './commands/train.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import { reportError } from './terminal.ts';

/** Runs the command line and sets the exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  // Whoever read our results may have gone (`gru runs | head`): that is no error. A run whose progress nobody watches
  // goes on.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(exitCodes.readerGone);
  });
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  const program = createProgram();
  if (argv.length === 0) {
    process.stderr.write(program.helpInformation());
    process.exitCode = exitCodes.usage;
    return;
  }
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return;
    reportError(error instanceof CommanderError ? usageError(error) : error, argv.includes('--json'));
    process.exitCode = error instanceof CommanderError ? exitCodes.usage : exitCodeOf(error);
  }
}

function createProgram(): Command {
  const program = new Command('gru')
    .description('Trains gated recurrent networks on your own sequences.')
    .version(programVersion())
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .addHelpText('after', help);
  for (const add of commands) add(program);
  for (const command of program.commands) {
    command.exitOverride().configureOutput({ writeErr: () => undefined });
  }
  return program;
}

const commands = [
  addInit,
  addImport,
  addProfile,
  addTrain,
  addResume,
  addEvaluate,
  addPredict,
  addGenerate,
  addRuns,
  addExport,
  addServe,
  addSamples,
  addServeModel,
  addImportModel,
  addDemo,
  addExample,
  addBench,
  addDoctor,
  addSchema,
];

const help = `
Exit codes: 0 done, 1 failed, 2 wrong command or configuration, 3 wrong data, 4 the loss diverged,
5 the project is in use, damaged or cannot be written, 130 stopped by Ctrl-C.`;

/** What commander says, as a sentence of ours. */
function usageError(error: CommanderError): WorkbenchError {
  const [first = '', second] = error.message.replace(/^error: /, '').split('\n');
  const suggestion = /^\(Did you mean (.+)\?\)$/.exec(second ?? '')?.[1];
  const sentence = first.charAt(0).toUpperCase() + first.slice(1).replace(/\.$/, '');
  const hint = suggestion === undefined ? 'See: gru --help' : `Did you mean ${suggestion}?`;
  return new WorkbenchError('usage/invalid', sentence, { hint, cause: error });
}
