import type { FloatArray } from '../backends/backend.ts';
import { WorkbenchError } from '../base/errors.ts';
import { RandomStream, randomStreams } from '../base/rng.ts';
import type { Decoding } from '../contract/decoding.ts';
import type { CarriedStates, Runner } from './runner.ts';

export interface GenerateOptions {
  /** [tokens] entries of the embedding that the model reads first; at least one. */
  readonly prompt: readonly number[];
  /** Entry of the embedding for each class that the model predicts. */
  readonly entryOf: (label: number) => number;
  /** The class that ends a text, or null for none. */
  readonly end: number | null;
  /** Classes that are never chosen. */
  readonly banned: ReadonlySet<number>;
  /** Most tokens to make. */
  readonly length: number;
  readonly decoding: Decoding;
  /** State of each direction before the first token where it is learned, [H]; zeros elsewhere. */
  readonly initialStates: ReadonlyMap<string, FloatArray>;
  /** Lets other work of the process happen; called between steps. */
  pause(): Promise<void>;
}

export interface Generated {
  /** Classes in order, the one that ends the text left out. */
  readonly labels: readonly number[];
  /** Sum of the natural logarithms of the probabilities of all tokens, the end included. */
  readonly logProbability: number;
  readonly ended: boolean;
}

/**
 * Continues a sequence of tokens, the model reading its own choices; states are carried, so that every token costs one
 * step. The same options give the same tokens.
 * @param runner a plan that carries states (`training.stateful`), with one token input, one label at every step, and
 *   room for as many rows as texts are followed.
 */
export async function generate(runner: Runner, options: GenerateOptions): Promise<Generated[]> {
  const { inputs, outputs } = runner.built.model;
  const fits = inputs.tokens.length === 1 && inputs.features.length === 0;
  if (!fits || outputs.kind !== 'labels' || outputs.rows !== 'sequence') {
    throw new WorkbenchError(
      'config/impossible',
      'Only a model that predicts the next token from tokens alone continues them',
      {
        where: 'data.columns',
        hint: 'Train with the task "next" on one text, or on one column of categories.',
      },
    );
  }
  const stepper = new Stepper(runner, options);
  const { decoding } = options;
  if (decoding.kind === 'beam') return beamSearch(stepper, options, decoding);
  return sampleTexts(stepper, options, decoding);
}

/** Log probabilities of the next token of some sequences, and the states after them. */
interface Position {
  readonly states: CarriedStates;
  /** [rows][classes] */
  readonly likelihoods: readonly Float64Array[];
}

class Stepper {
  readonly #runner: Runner;
  readonly #options: GenerateOptions;

  constructor(runner: Runner, options: GenerateOptions) {
    this.#runner = runner;
    this.#options = options;
  }

  /** Reads the prompt once, in pieces as long as the plan allows. */
  async begin(): Promise<Position> {
    const { built } = this.#runner;
    const { prompt, initialStates } = this.#options;
    const { timesteps } = built.plan.extent;
    const states: CarriedStates = new Map(
      built.states.map(({ name, units }) => [name, this.#runner.floats(initialStates.get(name) ?? units)]),
    );
    let position: Position = { states, likelihoods: [] };
    for (let start = 0; start < prompt.length; start += timesteps) {
      position = await this.#run(prompt.slice(start, start + timesteps), 1, position.states);
    }
    return position;
  }

  /** One more token for each row; row i goes on from row parents[i] of the position. */
  async advance(
    position: Position,
    entries: readonly number[],
    parents: readonly number[],
  ): Promise<Position> {
    const states: CarriedStates = new Map();
    for (const { name, units } of this.#runner.built.states) {
      const before = position.states.get(name) ?? this.#runner.floats(0);
      const rows = this.#runner.floats(parents.length * units);
      parents.forEach((parent, row) => {
        rows.set(before.subarray(parent * units, (parent + 1) * units), row * units);
      });
      states.set(name, rows);
    }
    await this.#options.pause();
    return this.#run(entries, entries.length, states);
  }

  /** @param entries [T,B] */
  async #run(entries: readonly number[], rows: number, states: CarriedStates): Promise<Position> {
    const runner = this.#runner;
    const { built, executable } = runner;
    const batch = runner.createBatch();
    batch.timesteps = entries.length / rows;
    batch.batch = rows;
    batch.tokens.set(entries);
    batch.lengths.fill(batch.timesteps, 0, rows);
    runner.writeBatch(batch);
    for (const { name, initial } of built.states) {
      executable.writeFloats(initial, runner.convert(states.get(name) ?? runner.floats(0)));
    }
    await runner.run('predict', batch);
    const after: CarriedStates = new Map();
    for (const { name, units, final } of built.states) {
      after.set(name, (await executable.readFloats(final, rows * units)).slice());
    }
    const predictions = await runner.readPredictions(batch);
    const { columns } = built.predictions;
    const first = (batch.timesteps - 1) * rows;
    const likelihoods = Array.from({ length: rows }, (_, row) =>
      this.#logProbabilities(predictions.subarray((first + row) * columns, (first + row + 1) * columns)),
    );
    return { states: after, likelihoods };
  }

  /** Log-softmax over the classes that may be chosen. */
  #logProbabilities(logits: FloatArray): Float64Array {
    const { banned } = this.#options;
    const allowed = Float64Array.from(logits, (value, label) =>
      banned.has(label) ? Number.NEGATIVE_INFINITY : value,
    );
    const largest = allowed.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
    const sum = allowed.reduce((total, value) => total + Math.exp(value - largest), 0);
    return allowed.map((value) => value - largest - Math.log(sum));
  }
}

type Sampling = Extract<Decoding, { kind: 'sample' }>;

async function sampleTexts(
  stepper: Stepper,
  options: GenerateOptions,
  decoding: Sampling,
): Promise<Generated[]> {
  const texts: Generated[] = [];
  const begin = await stepper.begin();
  for (let index = 0; index < decoding.count; index++) {
    const random = new RandomStream(decoding.seed, randomStreams.sampling, index);
    const labels: number[] = [];
    let logProbability = 0;
    let ended = false;
    let position = begin;
    while (labels.length < options.length) {
      const likelihood = position.likelihoods[0] as Float64Array;
      const label = choose(likelihood, decoding, random.nextFloat());
      logProbability += likelihood[label] as number;
      ended = label === options.end;
      if (ended) break;
      labels.push(label);
      if (labels.length === options.length) break;
      position = await stepper.advance(position, [options.entryOf(label)], [0]);
    }
    texts.push({ labels, logProbability, ended });
  }
  return texts;
}

/**
 * One class by chance, or the likeliest at temperature 0. Of equally likely ones the first counts as likelier.
 * @param likelihood [classes] log probabilities.
 * @param random a number from 0 to 1.
 */
export function choose(
  likelihood: Float64Array,
  { temperature, topK, topP }: Pick<Sampling, 'temperature' | 'topK' | 'topP'>,
  random: number,
): number {
  const order = Array.from(likelihood, (_, label) => label).sort(
    (a, b) => (likelihood[b] as number) - (likelihood[a] as number) || a - b,
  );
  const [best = 0] = order;
  if (temperature === 0) return best;
  const top = likelihood[best] as number;
  const weights = order.map((label) => Math.exp(((likelihood[label] as number) - top) / temperature));
  let kept = Math.min(order.length, topK ?? order.length);
  if (topP !== null) {
    const total = sumOf(weights, kept);
    let sum = 0;
    let enough = 0;
    while (enough < kept && sum < topP * total) sum += weights[enough++] as number;
    kept = Math.max(1, enough);
  }
  let left = random * sumOf(weights, kept);
  for (let index = 0; index < kept; index++) {
    left -= weights[index] as number;
    if (left < 0) return order[index] as number;
  }
  return order[kept - 1] as number;
}

function sumOf(weights: readonly number[], count: number): number {
  let sum = 0;
  for (let index = 0; index < count; index++) sum += weights[index] as number;
  return sum;
}

interface Beam {
  readonly labels: readonly number[];
  readonly logProbability: number;
  /** Row of the position that the beam goes on from. */
  readonly row: number;
}

/** Follows the likeliest texts side by side until enough have ended and none is better as it stands; the best first. */
async function beamSearch(
  stepper: Stepper,
  options: GenerateOptions,
  { width, lengthPenalty }: Extract<Decoding, { kind: 'beam' }>,
): Promise<Generated[]> {
  const rank = (logProbability: number, tokens: number): number =>
    logProbability / Math.max(1, tokens) ** lengthPenalty;
  const scoreOf = ({ labels, logProbability, ended }: Generated): number =>
    rank(logProbability, labels.length + Number(ended));
  const finished: Generated[] = [];
  let position = await stepper.begin();
  let beams: readonly Beam[] = [{ labels: [], logProbability: 0, row: 0 }];
  for (let step = 1; step <= options.length; step++) {
    const open: Beam[] = [];
    for (const { beam, label, logProbability } of candidatesOf(beams, position, 2 * width)) {
      const { labels, row } = beam;
      if (label === options.end) finished.push({ labels, logProbability, ended: true });
      else if (open.length < width) open.push({ labels: [...labels, label], logProbability, row });
    }
    finished.sort((a, b) => scoreOf(b) - scoreOf(a));
    finished.splice(width);
    const bar =
      finished.length < width ? Number.NEGATIVE_INFINITY : scoreOf(finished[width - 1] as Generated);
    const alive = open.some(({ labels, logProbability }) => rank(logProbability, labels.length) > bar);
    if (!alive || step === options.length) {
      finished.push(...open.map(({ labels, logProbability }) => ({ labels, logProbability, ended: false })));
      break;
    }
    position = await stepper.advance(
      position,
      open.map(({ labels }) => options.entryOf(labels.at(-1) as number)),
      open.map(({ row }) => row),
    );
    beams = open.map((beam, row) => ({ ...beam, row }));
  }
  return finished.sort((a, b) => scoreOf(b) - scoreOf(a)).slice(0, width);
}

interface Candidate {
  readonly beam: Beam;
  readonly label: number;
  readonly logProbability: number;
}

/** The likeliest continuations of all beams, best first. */
function candidatesOf(beams: readonly Beam[], { likelihoods }: Position, count: number): Candidate[] {
  const all = beams.flatMap((beam) =>
    likeliest(likelihoods[beam.row] as Float64Array, count).map(
      ([label, value]): Candidate => ({ beam, label, logProbability: beam.logProbability + value }),
    ),
  );
  return all
    .sort((a, b) => b.logProbability - a.logProbability || a.beam.row - b.beam.row || a.label - b.label)
    .slice(0, count);
}

/** The likeliest classes with their log probabilities, best first; impossible ones never. */
function likeliest(likelihood: Float64Array, count: number): (readonly [number, number])[] {
  return Array.from(likelihood, (value, label): readonly [number, number] => [label, value])
    .filter(([, value]) => value > Number.NEGATIVE_INFINITY)
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .slice(0, count);
}
