import { WorkbenchError } from '../../../engine/base/errors.ts';
import type { Batch, SampleSet } from '../../../engine/data/prepared.ts';
import type { Aspect } from './understand.ts';
import type { LoadedModel } from './model-service.ts';
import type { SampleReader } from './sample-views.ts';

/** Truth and prediction of one target, so many steps ahead, over a part, in the units of the file. */
export class ValueSeries {
  readonly name: string;
  readonly times: string[] = [];
  readonly truth: number[] = [];
  readonly prediction: number[] = [];
  /** The lowest and highest quantile that are predicted; null where the loss is another one. */
  readonly lower: number[] | null;
  readonly upper: number[] | null;
  readonly #set: SampleSet;
  readonly #output: number;
  readonly #targets: number;
  readonly #quantiles: readonly number[];
  readonly #rate: boolean;
  readonly #sequence: boolean;

  /** Throws `usage/invalid` when the model has no such target or step. */
  constructor({ run, runner }: LoadedModel, set: SampleSet, { target, step }: Aspect) {
    const { outputs } = runner.built.model;
    const { loss } = runner.built;
    const columns = run.preparation.targets.map(({ column }) => column);
    const forecasts = run.experiment.task === 'forecast';
    const output = forecasts ? step * columns.length + target : target;
    const name = columns[target];
    if (name === undefined || output >= outputs.targets.length) {
      throw new WorkbenchError('usage/invalid', 'The model predicts no such target or step', {
        where: `target ${target}, step ${step}`,
        hint: `It predicts ${outputs.targets.join(', ')}.`,
      });
    }
    this.name = name;
    this.#set = set;
    this.#output = output;
    this.#targets = outputs.targets.length;
    this.#quantiles = loss.kind === 'pinball' ? loss.quantiles : [];
    this.#sequence = outputs.rows === 'sequence';
    this.#rate = loss.kind === 'poisson';
    this.lower = this.#quantiles.length > 1 ? [] : null;
    this.upper = this.#quantiles.length > 1 ? [] : null;
  }

  get residuals(): number[] {
    return this.truth.map((truth, i) => (this.prediction[i] as number) - truth);
  }

  add(
    reader: SampleReader,
    batch: Batch,
    predictions: ArrayLike<number>,
    lane: number,
    sample: number,
  ): void {
    const { restore } = this.#set;
    const inUnits = (value: number): number => restore.value(sample, this.#output, value);
    for (const row of reader.rowsOf(batch, lane)) {
      const values = reader.read(predictions, row);
      const central = values[reader.centralColumn(this.#output)] as number;
      // A rate is read as the expected count already, which is not normalized.
      this.prediction.push(this.#rate ? central : inUnits(central));
      this.truth.push(inUnits(batch.targets[row * this.#targets + this.#output] as number));
      const first = this.#output * this.#quantiles.length;
      const predicted = this.#quantiles.map((_, i) => values[first + i] as number);
      this.lower?.push(inUnits(Math.min(...predicted)));
      this.upper?.push(inUnits(Math.max(...predicted)));
      const timestep = this.#sequence ? Math.floor(row / batch.batch) : null;
      this.times.push(this.#place(sample, timestep));
    }
  }

  /** The time of a sample's last row where there is one, or its row. */
  #place(sample: number, timestep: number | null): string {
    const { time, lastRow } = this.#set.origin(sample);
    if (timestep !== null) return String(this.#set.rowAt?.(sample, timestep) ?? timestep);
    return time ?? String(lastRow);
  }
}
