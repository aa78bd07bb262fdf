import type { FloatArray } from '../../../engine/backends/backend.ts';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import type { Decoding } from '../../../engine/contract/decoding.ts';
import type { Experiment } from '../../../engine/contract/experiment.ts';
import { layoutsOf } from '../../../engine/data/prepare.ts';
import type { PreparedData, SampleSet } from '../../../engine/data/prepared.ts';
import { tokenPrompt } from '../../../engine/data/text/prompt.ts';
import { generate } from '../../../engine/infer/generate.ts';
import { Runner } from '../../../engine/infer/runner.ts';
import type { ServiceHost } from '../host.ts';
import { weightsOf } from '../models/stored-checkpoints.ts';
import { assembleRun, type BackendWish } from './assemble.ts';
import { definedWish } from './evaluate-run.ts';
import { newestFinishedRun, openRun } from './open-run.ts';

export interface GenerateRunOptions {
  readonly folder: string;
  /** The newest finished run, by default. */
  readonly run?: string;
  /** What a text begins with, what is to be translated, or categories with blanks between them. */
  readonly prompt: string;
  /** Most tokens to make. */
  readonly length: number;
  readonly decoding: Decoding;
  /** Step of the checkpoint whose weights are used; those of the finished run by default. */
  readonly checkpoint?: number | null;
  readonly signal?: AbortSignal | undefined;
  readonly backend?: BackendWish['name'];
  readonly threads?: number;
}

export interface GenerateRunResult {
  readonly run: string;
  /** Which weights were used, for a person. */
  readonly source: string;
  readonly texts: readonly {
    /** What was made, without the prompt. */
    readonly text: string;
    readonly tokens: readonly string[];
    /** Natural logarithm of its probability. */
    readonly logProbability: number;
    /** Whether the model ended it, or it was cut at the length. */
    readonly ended: boolean;
  }[];
  readonly warnings: readonly string[];
}

/** Tokens of the prompt that are read at a time. */
const promptSteps = 64;

/** Continues a text or a sequence of categories, or translates: whatever a run of the task "next" learned. */
export async function generateRun(
  host: ServiceHost,
  options: GenerateRunOptions,
): Promise<GenerateRunResult> {
  const { folder, decoding, length } = options;
  const run = await openRun(host, folder, options.run ?? (await newestFinishedRun(host, folder)));
  if (run.experiment.task !== 'next') {
    throw new WorkbenchError('config/impossible', `${run.record.id} does not predict the next step`, {
      where: `task "${run.experiment.task}"`,
      hint: 'Train with the task "next" to generate; what this model says of a file, gru predict tells.',
    });
  }
  const prompt = tokenPrompt(run.experiment, run.preparation, options.prompt);
  const { weights, source } = await weightsOf(host, run, options.checkpoint ?? null);
  const wish = { ...run.experiment.backend, ...definedWish(options) };
  const experiment = stepwise(run.experiment, decoding.kind === 'beam' ? decoding.width : 1);
  const data = noSamples(layoutsOf(run.preparation));
  const assembled = await assembleRun(host, { experiment, data }, wish, false);
  try {
    const { built, executable, backend } = assembled;
    const runner = new Runner(built, executable, backend.info.precision);
    runner.writeParameters(weights);
    const initialStates = learnedStates(weights);
    const pause = async (): Promise<void> => {
      options.signal?.throwIfAborted();
      await host.pause();
    };
    const made = await generate(runner, { ...prompt, length, decoding, initialStates, pause });
    const texts = made.map(({ labels, logProbability, ended }) => ({
      text: prompt.textOf(labels),
      tokens: labels.map((label) => prompt.nameOf(label)),
      logProbability,
      ended,
    }));
    return { run: run.record.id, source, texts, warnings: prompt.warnings };
  } finally {
    assembled.dispose();
  }
}

/** The experiment as a model that reads token by token and hands its states out. */
function stepwise(experiment: Experiment, rows: number): Experiment {
  const { model, training } = experiment;
  const given = model.layers.findIndex(({ initialState }) => initialState.kind === 'given');
  if (given >= 0) {
    throw new WorkbenchError(
      'config/impossible',
      'The initial state comes from columns of the data, and a prompt has none',
      {
        where: `model.layers.${given}.initialState`,
        hint: 'Train with an initial state of zeros or a learned one.',
      },
    );
  }
  // A learned state is written where zeros would be.
  const layers = model.layers.map((layer) => ({ ...layer, initialState: { kind: 'zeros' as const } }));
  return {
    ...experiment,
    model: { ...model, layers },
    training: {
      ...training,
      stateful: true,
      batchSize: rows,
      // Nothing is learned, and some of these may name the initial state that is gone.
      frozen: [],
      regularizers: {},
      constraints: {},
      learningRateMultipliers: {},
    },
  };
}

const suffix = '.initialState';

/** Learned initial states by direction: `gru.0.forward`. */
function learnedStates(weights: ReadonlyMap<string, FloatArray>): Map<string, FloatArray> {
  const states = new Map<string, FloatArray>();
  for (const [name, values] of weights) {
    if (name.endsWith(suffix)) states.set(name.slice(0, -suffix.length), values);
  }
  return states;
}

/** Nothing to run, but room for the prompt. */
function noSamples({ inputs, outputs }: ReturnType<typeof layoutsOf>): PreparedData {
  const nothing: SampleSet = {
    count: 0,
    longest: promptSteps,
    length: () => 0,
    fill: () => undefined,
    restore: { value: (_sample, _target, value) => value, scale: () => 1 },
    origin: () => ({ series: '', firstRow: 0, lastRow: 0, time: null }),
    streams: [],
  };
  const balancedClassWeights = outputs.kind === 'labels' ? outputs.classes.map(() => 1) : null;
  return { inputs, outputs, train: nothing, validation: nothing, test: nothing, balancedClassWeights };
}
