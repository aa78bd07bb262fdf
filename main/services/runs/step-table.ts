import type { RunEvent } from '../../../engine/contract/events.ts';

type StepEvent = Extract<RunEvent, { event: 'step' }>;
type Name =
  | 'step'
  | 'epoch'
  | 'loss'
  | 'gradientNorm'
  | 'clippedFraction'
  | 'learningRate'
  | 'throughput'
  | 'seconds';

/** Steps as columns that grow; a number that was not finite is NaN. */
export class StepTable {
  #columns = columnsOf(1024);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  get last(): { readonly step: number; readonly epoch: number } | null {
    if (this.#count === 0) return null;
    const { step, epoch } = this.#columns;
    return { step: step[this.#count - 1] as number, epoch: epoch[this.#count - 1] as number };
  }

  add(event: StepEvent): void {
    if (this.#count === this.#columns.step.length) this.#grow();
    const { step, epoch, loss, gradientNorm, clippedFraction, learningRate, throughput, seconds } =
      this.#columns;
    const at = this.#count;
    step[at] = event.step;
    epoch[at] = event.epoch;
    loss[at] = event.loss ?? Number.NaN;
    gradientNorm[at] = event.gradientNorm ?? Number.NaN;
    clippedFraction[at] = event.clippedFraction ?? Number.NaN;
    learningRate[at] = event.learningRate;
    seconds[at] = event.seconds ?? Number.NaN;
    const before = at === 0 ? 0 : (seconds[at - 1] as number);
    const duration = (seconds[at] as number) - before;
    throughput[at] = duration > 0 ? event.sequences / duration : Number.NaN;
    this.#count++;
  }

  /** Forgets the steps after `step`. */
  cutTo(step: number): void {
    while (this.#count > 0 && (this.#columns.step[this.#count - 1] as number) > step) this.#count--;
  }

  /** Rows [from, to) of every column; views, valid until the next step is added. */
  slice(from: number, to: number): Readonly<Record<Name, Float64Array>> {
    return mapColumns(this.#columns, (column) => column.subarray(from, to));
  }

  #grow(): void {
    this.#columns = mapColumns(this.#columns, (column) => {
      const larger = new Float64Array(column.length * 2);
      larger.set(column);
      return larger;
    });
  }
}

type Columns = Record<Name, Float64Array>;

function columnsOf(length: number): Columns {
  const column = () => new Float64Array(length);
  return {
    step: column(),
    epoch: column(),
    loss: column(),
    gradientNorm: column(),
    clippedFraction: column(),
    learningRate: column(),
    throughput: column(),
    seconds: column(),
  };
}

function mapColumns(columns: Columns, change: (column: Float64Array) => Float64Array): Columns {
  return {
    step: change(columns.step),
    epoch: change(columns.epoch),
    loss: change(columns.loss),
    gradientNorm: change(columns.gradientNorm),
    clippedFraction: change(columns.clippedFraction),
    learningRate: change(columns.learningRate),
    throughput: change(columns.throughput),
    seconds: change(columns.seconds),
  };
}
