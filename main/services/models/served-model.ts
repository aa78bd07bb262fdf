import { JoinedSamples } from '../../../engine/data/joined-samples.ts';
import { type PreparedInputs, prepareInputs } from '../../../engine/data/prepare.ts';
import type { PreparedData, SampleSet } from '../../../engine/data/prepared.ts';
import { type Row, tableOfRows } from '../../../engine/data/table-of-rows.ts';
import { predict, predictionNames } from '../../../engine/infer/predict.ts';
import { Runner } from '../../../engine/infer/runner.ts';
import type { ServiceHost } from '../host.ts';
import { type AssembledRun, assembleRun, type BackendWish } from '../runs/assemble.ts';
import { definedWish } from '../runs/evaluate-run.ts';
import {
  loadWeights,
  newestFinishedRun,
  openRun,
  type StoredRun,
  type StoredWeights,
} from '../runs/open-run.ts';

export interface ServeModelOptions {
  readonly folder: string;
  /** The newest finished run, by default. */
  readonly run?: string;
  readonly backend?: BackendWish['name'];
  readonly threads?: number;
}

/** What the model says of one sequence of the request. */
export interface ServedPrediction {
  readonly series: string;
  /** Rows of the request, from 1. */
  readonly firstRow: number;
  readonly lastRow: number;
  readonly time: string | null;
  /** One, or one for every timestep where the model predicts at each. */
  readonly steps: readonly {
    readonly label: string | null;
    readonly values: Readonly<Record<string, number>>;
  }[];
}

export interface ServedAnswer {
  readonly predictions: readonly ServedPrediction[];
  readonly warnings: readonly string[];
}

interface Waiting {
  readonly inputs: PreparedInputs;
  resolve(answer: ServedAnswer): void;
  reject(error: unknown): void;
}

/**
 * A trained model that answers: rows are prepared as those of training were, requests that come while another is
 * computed are put together into one batch, and the model stays on its backend.
 */
export class ServedModel {
  readonly run: StoredRun;
  readonly weights: StoredWeights;
  readonly #host: ServiceHost;
  readonly #wish: BackendWish;
  readonly #waiting: Waiting[] = [];
  #assembled: { readonly parts: AssembledRun; readonly runner: Runner; readonly longest: number } | null =
    null;
  #working: Promise<void> | null = null;
  #closed = false;

  private constructor(host: ServiceHost, run: StoredRun, weights: StoredWeights, wish: BackendWish) {
    this.#host = host;
    this.run = run;
    this.weights = weights;
    this.#wish = wish;
  }

  /** Throws what opening a run throws. */
  static async open(host: ServiceHost, options: ServeModelOptions): Promise<ServedModel> {
    const { folder } = options;
    const run = await openRun(host, folder, options.run ?? (await newestFinishedRun(host, folder)));
    const weights = await loadWeights(host, run);
    return new ServedModel(host, run, weights, { ...run.experiment.backend, ...definedWish(options) });
  }

  /** Throws `data/*` for rows that cannot be prepared. */
  async predict(rows: readonly Row[]): Promise<ServedAnswer> {
    const { experiment, preparation } = this.run;
    const inputs = prepareInputs(
      experiment,
      tableOfRows(rows, preparation.columns, 'the request'),
      preparation,
    );
    const answer = new Promise<ServedAnswer>((resolve, reject) => {
      this.#waiting.push({ inputs, resolve, reject });
    });
    this.#working ??= this.#work();
    return answer;
  }

  /** Waits for what is being computed, then frees the backend. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#working;
    this.#assembled?.parts.dispose();
    this.#assembled = null;
  }

  async #work(): Promise<void> {
    // Requests of the same moment are waited for, so that they share a batch.
    await this.#host.pause();
    while (this.#waiting.length > 0) {
      // The windows of a stateful model follow one another: they are not mixed with those of others.
      const group = this.#waiting.splice(0, this.run.experiment.training.stateful ? 1 : this.#waiting.length);
      try {
        await this.#answer(group);
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.#working = null;
  }

  async #answer(group: readonly Waiting[]): Promise<void> {
    const [first] = group;
    if (first === undefined) return;
    const { inputs, outputs } = first.inputs;
    const joined = new JoinedSamples(
      inputs,
      outputs,
      group.map((waiting) => waiting.inputs.samples),
    );
    const set: SampleSet = group.length === 1 ? first.inputs.samples : joined;
    const runner = await this.#ready(first.inputs, set);
    const names = predictionNames(runner);
    const answers: ServedPrediction[][] = group.map(() => []);
    for await (const { sample, origin, steps, values, labels } of predict(runner, set, {
      pause: this.#host.pause,
    })) {
      const columns = values.length / steps;
      answers[joined.place(sample).set]?.push({
        ...origin,
        steps: Array.from({ length: steps }, (_, step) => ({
          label: labels[step] ?? null,
          values: Object.fromEntries(
            names.map((name, column) => [name, values[step * columns + column] as number]),
          ),
        })),
      });
    }
    group.forEach(({ resolve, inputs: own }, index) => {
      resolve({ predictions: answers[index] ?? [], warnings: own.warnings });
    });
  }

  /** The model on its backend, with room for the longest sequence so far. */
  async #ready(prepared: PreparedInputs, set: SampleSet): Promise<Runner> {
    if (this.#assembled !== null && this.#assembled.longest >= set.longest) return this.#assembled.runner;
    const longest = Math.max(set.longest, 2 * (this.#assembled?.longest ?? 0));
    this.#assembled?.parts.dispose();
    this.#assembled = null;
    const data = roomFor(prepared, longest);
    const parts = await assembleRun(this.#host, { ...this.run, data }, this.#wish, false);
    const runner = new Runner(parts.built, parts.executable, parts.backend.info.precision);
    runner.writeParameters(this.weights.weights);
    this.#assembled = { parts, runner, longest };
    if (this.#closed) parts.dispose();
    return runner;
  }
}

/** Data that has nothing but a length: a model for it reads any sequence up to that. */
function roomFor({ inputs, outputs, samples }: PreparedInputs, longest: number): PreparedData {
  const set = (lengths: readonly number[]): SampleSet => ({
    count: lengths.length,
    longest: Math.max(0, ...lengths),
    length: (sample) => lengths[sample] ?? 0,
    fill: () => undefined,
    restore: samples.restore,
    origin: (sample) => samples.origin(sample),
    streams: [],
  });
  const balancedClassWeights = outputs.kind === 'labels' ? outputs.classes.map(() => 1) : null;
  // One full and one shorter sequence: lengths may differ.
  return {
    inputs,
    outputs,
    train: set([]),
    validation: set([]),
    test: set([longest, 1]),
    balancedClassWeights,
  };
}
