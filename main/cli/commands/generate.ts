import { type Command, Option } from 'commander';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import type { Decoding } from '../../../engine/contract/decoding.ts';
import { generateRun } from '../../services/runs/generate-run.ts';
import { createHost } from '../host.ts';
import { parseCount } from '../options.ts';
import { createTerminal } from '../terminal.ts';
import { addBackendOptions, type BackendOptions } from './train.ts';

interface Options extends BackendOptions {
  readonly prompt: string;
  readonly length: number;
  readonly temperature: number;
  readonly topK?: number;
  readonly topP?: number;
  readonly beam?: number;
  readonly seed: number;
  readonly count: number;
  readonly json?: boolean;
}

/** `gru generate`: what a model of the next token writes. */
export function addGenerate(program: Command): void {
  const number = (flags: string, description: string, least: number, most: number): Option =>
    new Option(flags, description).argParser(parseNumber(flags.split(' ')[0] ?? '', least, most));
  const count = (flags: string, description: string): Option =>
    new Option(flags, description).argParser(parseCount(flags.split(' ')[0] ?? ''));
  const command = program
    .command('generate')
    .summary('continue or translate a text')
    .description(
      'Continues a text or a sequence of categories, or translates a sentence, with a model that predicts the next token. The same seed gives the same text.',
    )
    .argument('<dir>', 'folder of the project')
    .argument('[run]', 'the run; the newest finished one by default')
    .option('--prompt <text>', 'how it begins, or the sentence to translate', '')
    .addOption(count('--length <count>', 'most tokens to make').default(200))
    .addOption(
      number(
        '--temperature <number>',
        'below 1 more certain, above 1 more varied; 0 always takes the likeliest',
        0,
        100,
      ).default(1),
    )
    .addOption(count('--top-k <count>', 'choose among so many of the likeliest tokens'))
    .addOption(
      number('--top-p <share>', 'choose among the likeliest tokens of this probability together', 0, 1),
    )
    .addOption(count('--beam <width>', 'search for the likeliest text, following so many at a time'))
    .addOption(number('--seed <number>', 'seed of the random numbers', 0, 2 ** 32).default(1))
    .addOption(count('--count <count>', 'texts to make').default(1));
  addBackendOptions(command)
    .option('--json', 'print one JSON object')
    .action(async (folder: string, run: string | undefined, { json, ...options }: Options) => {
      const terminal = createTerminal(json === true);
      const { prompt, length, backend, threads } = options;
      const result = await generateRun(createHost(), {
        folder,
        ...(run === undefined ? {} : { run }),
        prompt,
        length,
        decoding: decodingOf(options),
        ...(backend === undefined ? {} : { backend }),
        ...(threads === undefined ? {} : { threads }),
      });
      terminal.emit(result);
      for (const warning of result.warnings) terminal.say(warning);
      if (terminal.json) return;
      for (const { text } of result.texts) terminal.print(text);
    });
}

function decodingOf({ beam, count, temperature, topK, topP, seed }: Options): Decoding {
  if (beam === undefined) {
    return { kind: 'sample', temperature, topK: topK ?? null, topP: topP ?? null, seed, count };
  }
  if (topK !== undefined || topP !== undefined) {
    throw new WorkbenchError('usage/invalid', 'A beam search chooses nothing at random', {
      hint: 'Leave out --beam, or --top-k and --top-p.',
    });
  }
  return { kind: 'beam', width: beam, lengthPenalty: 1 };
}

function parseNumber(name: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && value >= least && value <= most) return value;
    throw new WorkbenchError(
      'usage/invalid',
      `${name} must be a number from ${least} to ${most}, but it is "${text}"`,
    );
  };
}
